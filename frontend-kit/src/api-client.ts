// The API client of a frontend.
//
// In:  operations imported from `schema/operations/<plugin>/`: what is sent is their hash (vite.js).
// Out: urql results; `onSignedOut` when the API no longer accepts the token.
//
// No cache exchange: what a policy shows today it may hide tomorrow, and personal data should not stay in
// a page longer than the page needs it.

import { type Client, createClient, fetchExchange, mapExchange } from '@urql/core';

import { GRAPHQL_PATH, writeHeaders } from './request';
import { signOut } from './sign-in';

export function createApiClient(onSignedOut: () => void): Client {
  return createClient({
    url: GRAPHQL_PATH,
    preferGetMethod: false,
    requestPolicy: 'network-only',
    exchanges: [
      mapExchange({
        onOperation: (operation) => ({
          ...operation,
          context: { ...operation.context, fetchOptions: { headers: writeHeaders(operation.kind === 'mutation') } },
        }),
        onError(error) {
          if ((error.response as Response | undefined)?.status === 401) {
            signOut();
            onSignedOut();
          }
        },
      }),
      fetchExchange,
    ],
  });
}
