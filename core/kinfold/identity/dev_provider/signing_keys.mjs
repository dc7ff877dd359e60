// The provider's keys, made at the first start and kept, so that a restart leaves tokens valid.
//
// In:  the folder for the provider's state.
// Out: {signing: [private JWK], cookies: [secret]}. The file is 0600; one that others may read is refused.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function loadKeys(stateDir) {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  chmodSync(stateDir, 0o700);
  const file = join(stateDir, 'keys.json');
  try {
    return readKeys(file);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(makeKeys()), { flag: 'wx', mode: 0o600 });
  try {
    linkSync(draft, file); // whole or not at all; of two first starts at once, one wins and both read its keys
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  return readKeys(file);
}

function readKeys(file) {
  if (statSync(file).mode & 0o077) throw new Error('keys.json may be read by others; remove it');
  return JSON.parse(readFileSync(file, 'utf8'));
}

function makeKeys() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signing = {
    ...privateKey.export({ format: 'jwk' }),
    use: 'sig',
    alg: 'ES256',
    kid: `dev-${randomBytes(9).toString('base64url')}`,
  };
  return { signing: [signing], cookies: [randomBytes(32).toString('base64url')] };
}
