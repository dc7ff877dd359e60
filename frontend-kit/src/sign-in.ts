// Sign-in, as the apps see it.
//
// In:  who to sign in as (development), and where to come back to.
// Out: a token of this tab, or nobody.
//
// The flow itself (authorization code, PKCE, callback page) belongs to whoever serves `/auth/`: its module is
// loaded at the moment of signing in, so there is one implementation and it fits the provider that answers.
// What the two agree on is the sessionStorage entry below.

const TOKEN = 'kinfold.token';
const EARLY_SECONDS = 60; // a token about to end is no good for a form that takes a minute

/** What a sign-in leaves behind. `expires_at` is in Unix seconds. */
export interface Token {
  access_token: string;
  expires_at: number;
  persona: string;
  purpose: string;
}

/** What the token says about its holder. For showing only: the API checks the signature, a page cannot. */
export interface Holder {
  department: string;
  roles: string[];
  regions: string[];
  organisations: string[];
  jurisdiction: string;
}

interface SignInModule {
  signIn(persona: string | undefined, returnTo: string): Promise<void>;
}

/** Leaves the page; comes back to `returnTo` (a path of this origin) with a token. */
export async function signIn(persona?: string, returnTo = location.pathname + location.hash): Promise<void> {
  const address = new URL('/auth/sign-in.js', location.origin).href;
  const flow = (await import(/* @vite-ignore */ address)) as SignInModule;
  await flow.signIn(persona, returnTo);
}

/** The token of this tab, or null when there is none or it ends within a minute. */
export function currentToken(): Token | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(TOKEN) ?? 'null') as Token | null;
    return kept && kept.expires_at - EARLY_SECONDS > Date.now() / 1000 ? kept : null;
  } catch {
    return null;
  }
}

/** Forgets the token. Other tabs keep theirs. */
export function signOut(): void {
  sessionStorage.removeItem(TOKEN);
}

/** The holder's attributes, or null when the token is not one that a page can read. */
export function readHolder(token: Token): Holder | null {
  try {
    const part = token.access_token.split('.')[1] ?? '';
    const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Holder>;
    return {
      department: claims.department ?? '',
      roles: claims.roles ?? [],
      regions: claims.regions ?? [],
      organisations: claims.organisations ?? [],
      jurisdiction: claims.jurisdiction ?? '',
    };
  } catch {
    return null;
  }
}
