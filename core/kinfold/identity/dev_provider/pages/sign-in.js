// Sign-in for the apps of this origin: authorization code with PKCE, no dependency.
//
// signIn(persona?, returnTo?)  leaves the page; comes back to returnTo with a token
// readToken()                  {access_token, expires_at, persona, purpose} or null; expires_at in Unix seconds
// signOut()                    forgets the token
// finishSignIn(search)         for /auth/callback only
//
// The token lives in sessionStorage: one tab, gone when the tab closes, so two tabs can be two personas.

const TOKEN = 'kinfold.token';
const PENDING = 'kinfold.sign-in.';
const CLIENT = 'kinfold-apps';
const EARLY_SECONDS = 60; // a token about to end is no good for a form that takes a minute

export async function signIn(persona, returnTo = location.pathname + location.search + location.hash) {
  const verifier = randomText();
  const state = randomText();
  sessionStorage.setItem(PENDING + state, JSON.stringify({ verifier, returnTo: keepOnOrigin(returnTo) }));
  const query = new URLSearchParams({
    client_id: CLIENT,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: `${location.origin}/auth/callback`,
    state,
    code_challenge: encode(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))),
    code_challenge_method: 'S256',
  });
  if (persona) query.set('login_hint', persona);
  location.assign(`/auth/auth?${query}`);
}

export function readToken() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(TOKEN));
    return kept && kept.expires_at - EARLY_SECONDS > Date.now() / 1000 ? kept : null;
  } catch {
    return null;
  }
}

export function signOut() {
  sessionStorage.removeItem(TOKEN);
}

export async function finishSignIn(search) {
  const answer = new URLSearchParams(search);
  const key = PENDING + answer.get('state');
  const pending = JSON.parse(sessionStorage.getItem(key));
  sessionStorage.removeItem(key);
  if (!pending || !answer.get('code')) {
    throw new Error('登录未完成，请重新登录。 The sign-in was not completed; please sign in again.');
  }
  const response = await fetch('/auth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: CLIENT,
      code: answer.get('code'),
      redirect_uri: `${location.origin}/auth/callback`,
      code_verifier: pending.verifier,
    }),
  });
  if (!response.ok) {
    throw new Error('登录服务拒绝了请求，请重新登录。 The sign-in service refused; please sign in again.');
  }
  const granted = await response.json();
  const claims = JSON.parse(decode(granted.id_token.split('.')[1]));
  sessionStorage.setItem(TOKEN, JSON.stringify({
    access_token: granted.access_token,
    expires_at: Math.floor(Date.now() / 1000) + granted.expires_in,
    persona: claims.sub,
    purpose: claims.purpose,
  }));
  return pending.returnTo;
}

// Never a foreign address, and never one that only looks like a path ("//elsewhere").
function keepOnOrigin(target) {
  const address = new URL(target, location.origin);
  return address.origin === location.origin ? address.pathname + address.search + address.hash : '/';
}

function randomText() {
  return encode(crypto.getRandomValues(new Uint8Array(32)));
}

function encode(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function decode(text) {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder().decode(Uint8Array.from(binary, (sign) => sign.charCodeAt(0)));
}
