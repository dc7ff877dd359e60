// What went wrong, in words for the person in front of the page.
//
// In:  urql's error. Out: message (the API's own, Chinese first), what to do, code and trace id for the operator.

import type { CombinedError } from '@urql/core';

export interface Problem {
  message: string;
  hint: string;
  code: string;
  traceId: string;
}

export function describeProblem(error: CombinedError): Problem {
  const first = error.graphQLErrors[0];
  if (first) {
    const said = first.extensions as Record<string, unknown>;
    return {
      message: first.message,
      hint: text(said.hint),
      code: text(said.code),
      traceId: text(said.traceId),
    };
  }
  return {
    message: '暂时无法连接服务。 The service cannot be reached just now.',
    hint: '请稍后重试。 Try again in a moment.',
    code: '',
    traceId: '',
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
