// The development OpenID provider's process.
//
// In:  one line of JSON on standard input: origin, host, port, audience, stateDir, personasFile.
// Out: one line of JSON on standard output, {"port": n}, as soon as it listens.
// It ends when its standard input ends: that is the death of whoever started it.
//
// Two locks: it runs only with KINFOLD_ENVIRONMENT=development, and it listens only on loopback.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { isIP } from 'node:net';
import { createInterface } from 'node:readline';

import { Provider } from 'oidc-provider';

import { describeProvider, PREFIX, SESSION_COOKIE } from './configuration.mjs';
import { answerInteraction } from './interaction.mjs';
import { findStaticPage } from './pages.mjs';
import { loadKeys } from './signing_keys.mjs';

const OWN_PATHS = new Set([`${PREFIX}/jwks`, `${PREFIX}/.well-known/openid-configuration`]);

function refuse(reason) {
  process.stderr.write(`kinfold dev provider: ${reason}\n`);
  process.exit(78); // EX_CONFIG
}

function isLoopback(host) {
  return host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

// Another name that points here (DNS rebinding) would make a foreign page same-origin with this one.
function findAllowedHosts(origin) {
  const { host, port } = new URL(origin);
  return new Set([host, `127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]);
}

// Who signs in is always said, by hint or by click, and two tabs may be two personas. With a session the
// library would go on as the last persona, or ask for a logout before a change.
function forgetSession(request) {
  const kept = (request.headers.cookie ?? '').split(/; */).filter((pair) => !pair.startsWith(SESSION_COOKIE));
  request.headers.cookie = kept.join('; ');
}

async function start(options) {
  if (!isLoopback(options.host)) refuse('it listens on loopback only');
  const content = JSON.parse(readFileSync(options.personasFile, 'utf8'));
  const personas = new Map(
    content.personas.map((entry) => [entry.name, { ...entry, jurisdiction: content.jurisdiction }]),
  );
  const keys = loadKeys(options.stateDir);
  const provider = new Provider(`${options.origin}${PREFIX}`, describeProvider(options, personas, keys));
  provider.proxy = true; // the API in front tells the public host; nobody else can reach this port
  const handle = provider.callback();
  const hosts = findAllowedHosts(options.origin);

  const server = createServer((request, response) => {
    const path = request.url.split('?', 1)[0];
    const forwarded = request.headers['x-forwarded-host'];
    if (!(forwarded === undefined ? OWN_PATHS.has(path) : hosts.has(forwarded))) {
      response.writeHead(421, { 'content-type': 'text/plain; charset=utf-8' });
      response.end('此地址不提供登录服务。 Sign-in is not served at this address.\n');
      return;
    }
    const page = request.method === 'GET' ? findStaticPage(path) : undefined;
    if (page) {
      response.writeHead(200, page.headers);
      response.end(page.body);
      return;
    }
    if (!path.startsWith(`${PREFIX}/`)) {
      response.writeHead(404).end();
      return;
    }
    if (path.startsWith(`${PREFIX}/interaction/`)) {
      answerInteraction(provider, personas, request, response);
      return;
    }
    forgetSession(request);
    // The provider's routes have no prefix; from originalUrl it learns what to put in front of its own links.
    request.originalUrl = request.url;
    request.url = request.url.slice(PREFIX.length);
    handle(request, response);
  });
  server.listen({ host: options.host, port: options.port ?? 0 }, () => {
    process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`);
  });
  server.on('error', () => refuse('the port cannot be used'));
}

if (process.env.KINFOLD_ENVIRONMENT !== 'development') {
  refuse('it runs only with KINFOLD_ENVIRONMENT=development');
}
// The library's notices would otherwise mix with the one line that the supervisor waits for.
console.info = console.error;
console.log = console.error;

let isStarted = false;
const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  if (isStarted) return;
  isStarted = true;
  start(JSON.parse(line)).catch((error) => refuse(`${error.name}: ${error.message}`));
});
input.on('close', () => process.exit(0));
