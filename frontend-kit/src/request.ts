// The headers of a request to the API: who asks, for what purpose and, for a change, under which key.

import { currentToken } from './sign-in';

export const GRAPHQL_PATH = '/graphql';

/** `isMutation` adds an idempotency key: a request sent twice by an impatient network is carried out once. */
export function writeHeaders(isMutation: boolean): Record<string, string> {
  const token = currentToken();
  return {
    ...(token ? { authorization: `Bearer ${token.access_token}`, purpose: token.purpose } : {}),
    ...(isMutation ? { 'idempotency-key': crypto.randomUUID() } : {}),
  };
}
