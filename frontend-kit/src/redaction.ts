// Which values the policy hides from the caller, or shows in part only.
//
// In:  a response's extensions. Out: a look-up by path.
// A null alone does not tell whether a value is missing or hidden; `extensions.redactions` does. What is hidden
// from everybody of the caller's kind is noted once, with `*` in place of list positions.

export interface Redaction {
  path: (string | number)[];
  code: string;
  reason: string;
}

export type FindRedaction = (...path: (string | number)[]) => Redaction | undefined;

/** `find('children', 'nodes', 0, 'name')`: the redaction of that value or of something that contains it. */
export function indexRedactions(extensions: Record<string, unknown> | undefined): FindRedaction {
  const given = extensions?.redactions;
  const byPath = new Map<string, Redaction>();
  for (const entry of Array.isArray(given) ? (given as Redaction[]) : []) byPath.set(entry.path.join('.'), entry);
  return (...path) => {
    const anywhere = path.map((step) => (typeof step === 'number' ? '*' : step));
    for (let length = path.length; length > 0 && byPath.size > 0; length -= 1) {
      const found = byPath.get(path.slice(0, length).join('.')) ?? byPath.get(anywhere.slice(0, length).join('.'));
      if (found) return found;
    }
    return undefined;
  };
}
