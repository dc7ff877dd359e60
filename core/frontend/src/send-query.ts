// Sends what stands in the editor, as the persona who is signed in.
//
// In:  GraphQL over HTTP parameters. Out: the response's JSON, errors included.

import type { FetcherParams } from '@graphiql/toolkit';
import { GRAPHQL_PATH, writeHeaders } from '@kinfold/frontend-kit/request';
import { signOut } from '@kinfold/frontend-kit/sign-in';
import { type DocumentNode, getOperationAST, parse } from 'graphql';

export function createSend(onSignedOut: () => void) {
  return async (params: FetcherParams): Promise<Record<string, unknown>> => {
    const response = await fetch(GRAPHQL_PATH, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json;q=0.9',
        ...writeHeaders(isMutation(params)),
      },
      body: JSON.stringify(params),
    });
    if (response.status === 401) {
      signOut();
      onSignedOut();
    }
    return (await response.json()) as Record<string, unknown>;
  };
}

function isMutation({ query, operationName }: FetcherParams): boolean {
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch {
    return false; // the API will say what is wrong with it
  }
  return getOperationAST(document, operationName ?? undefined)?.operation === 'mutation';
}
