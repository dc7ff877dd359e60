// Build settings of every frontend.
//
// A registered operation (`import ROSTER from '…/roster.graphql'`) becomes its hash: the built page holds no document, and a
// server in production answers nothing else. The hash is over the file's very bytes, as the server's is.
//
// In:  a frontend's own additions.
// Out: a Vite configuration whose output works under any path and under `default-src 'self'`: relative
// addresses, no inline script, no data: address, no source map that would carry our comments to visitors.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The documentId of a registered operation: the form of GraphQL over HTTP, which urql sends as it is. */
function registeredOperations() {
  return {
    name: 'kinfold-registered-operations',
    enforce: 'pre',
    load(id) {
      if (!id.endsWith('.graphql')) return null;
      const digest = createHash('sha256').update(readFileSync(id)).digest('hex');
      return `export default { kind: 'Document', definitions: [], documentId: 'sha256:${digest}' };`;
    },
  };
}

export function describeBuild(additions = {}) {
  return {
    base: './',
    logLevel: 'warn',
    clearScreen: false,
    ...additions,
    plugins: [registeredOperations(), ...(additions.plugins ?? [])],
    build: {
      target: 'es2022',
      outDir: 'dist',
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: {
        onLog(level, log, handle) {
          // React libraries mark modules "use client" for servers that render; there is none here.
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
        },
      },
      ...additions.build,
    },
  };
}
