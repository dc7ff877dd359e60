// Codes of the graph in words. code-lists.json repeats the API's own lists; a test keeps the two equal.

import { choose } from '@kinfold/frontend-kit/language';

import lists from './code-lists.json';

type Labels = Record<string, [chinese: string, english: string]>;

/** The code's label in the page's language; the code itself when the API knows more codes than this page. */
export function nameCode(list: keyof typeof lists, code: string): string {
  const pair = (lists[list] as unknown as Labels)[code];
  return pair ? choose(pair) : code;
}
