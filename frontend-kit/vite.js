// Build settings of every frontend.
//
// In:  a frontend's own additions.
// Out: a Vite configuration whose output works under any path and under `default-src 'self'`: relative
// addresses, no inline script, no data: address, no source map that would carry our comments to visitors.

export function describeBuild(additions = {}) {
  return {
    base: './',
    logLevel: 'warn',
    clearScreen: false,
    ...additions,
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
