// What the development provider is: its clients, its claims, its lifetimes.
//
// In:  the options of the process, the personas, the keys.
// Out: the configuration object of `oidc-provider`.

import { interactionPolicy } from 'oidc-provider';

import { renderProblem } from './pages.mjs';

export const PREFIX = '/auth';
export const SESSION_COOKIE = 'kinfold_session';
const API = 'urn:kinfold:api'; // resource indicators must be absolute URIs (RFC 8707); `aud` is plain
const ALGORITHM = 'ES256';
const HOURS = 3600;
const PURPOSE_SCOPE = /^purpose:[a-z][a-z0-9_.]{0,159}$/;

function listPurposeScopes(scope) {
  return (scope ?? '').split(' ').filter((word) => PURPOSE_SCOPE.test(word));
}

// A native client may use any port of loopback (RFC 8252, 7.3); the apps must use exactly this origin.
function describeClients(origin) {
  const { port } = new URL(origin);
  const origins = new Set([origin, `http://127.0.0.1:${port}`, `http://localhost:${port}`]);
  const common = {
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code'],
    response_types: ['code'],
    id_token_signed_response_alg: ALGORITHM,
  };
  return [
    {
      ...common,
      client_id: 'kinfold-apps',
      application_type: 'web',
      redirect_uris: [...origins].map((each) => `${each}${PREFIX}/callback`),
    },
    {
      ...common,
      client_id: 'kinfold-cli',
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/callback'],
    },
  ];
}

// No consent page: nobody's own data is shared, all of these people are invented.
function buildPolicy() {
  const policy = interactionPolicy.base();
  policy.remove('consent');
  return policy;
}

function describeClaims(persona) {
  return {
    department: persona.department,
    roles: persona.roles,
    regions: persona.regions,
    organisations: persona.organisations,
    jurisdiction: persona.jurisdiction,
    ...(persona.person === null ? {} : { person: persona.person }),
  };
}

export function describeProvider(options, personas, keys) {
  return {
    clients: describeClients(options.origin),
    jwks: { keys: keys.signing },
    scopes: ['openid'],
    responseTypes: ['code'],
    clientAuthMethods: ['none'],
    enabledJWA: { idTokenSigningAlgValues: [ALGORITHM] },
    claims: { openid: ['sub', 'name', 'name_en', 'purpose'] },
    conformIdTokenClaims: false,
    cookies: {
      keys: keys.cookies,
      names: { session: SESSION_COOKIE, interaction: 'kinfold_interaction', resume: 'kinfold_resume' },
      long: { path: PREFIX, sameSite: 'lax', httpOnly: true },
      short: { sameSite: 'lax', httpOnly: true },
    },
    pkce: { required: () => true },
    interactions: {
      policy: buildPolicy(),
      url: (_ctx, interaction) => `${PREFIX}/interaction/${interaction.uid}`,
    },
    findAccount: (_ctx, name) => {
      const persona = personas.get(name);
      return persona && {
        accountId: name,
        claims: () => ({
          sub: name, name: persona.title_zh, name_en: persona.title_en, purpose: persona.purpose,
        }),
      };
    },
    async loadExistingGrant(ctx) {
      const { client, session, provider } = ctx.oidc;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid');
      grant.addResourceScope(API, listPurposeScopes(ctx.oidc.params.scope).join(' '));
      await grant.save();
      return grant;
    },
    extraTokenClaims: (_ctx, token) => {
      const persona = personas.get(token.accountId);
      return persona && describeClaims(persona);
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      dPoP: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => API,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx) => ({
          audience: options.audience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: ALGORITHM } },
          scope: listPurposeScopes(
            ctx.oidc.params.scope ?? ctx.oidc.entities.AuthorizationCode?.scope,
          ).join(' '),
        }),
      },
    },
    ttl: {
      AccessToken: 8 * HOURS,
      AuthorizationCode: 60,
      Grant: 8 * HOURS,
      IdToken: 8 * HOURS,
      Interaction: 600,
      Session: 8 * HOURS,
    },
    renderError(ctx, out) {
      ctx.type = 'html';
      ctx.set('content-security-policy', renderProblem.policy);
      ctx.body = renderProblem(out.error, out.error_description);
    },
  };
}
