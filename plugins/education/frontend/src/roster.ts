// The roster operation's answer, and a table row made from one pupil of it.
//
// In:  a pupil, his position on the page, the response's redactions.
// Out: a row in which every cell is a value, a gap (null) or a hidden value with its reason.

import type { FindRedaction } from '@kinfold/frontend-kit/redaction';

export interface Contact {
  name: string | null;
  phone: string | null;
}

export interface Pupil {
  id: string;
  name: string | null;
  sex: string | null;
  age: number | null;
  isLeftBehind: boolean | null;
  enrolments: { grade: string | null; className: string | null; isBoarder: boolean | null }[];
  delegations: { status: string | null; relation: string | null; delegate: Contact | null }[];
  guardianships: { kind: string | null; guardian: Contact | null; guardianOrganisation: { name: string | null } | null }[];
  departureNotices: { leaveOn: string | null; destination: string | null; phone: string | null }[];
  registryEntries: { category: string | null; state: string | null }[];
}

export interface RosterPage {
  children: {
    totalCount: number;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
    nodes: Pupil[];
  };
}

export interface Cell<T> {
  value: T | null;
  hidden: string | null;
}

export interface CarerCell {
  name: Cell<string>;
  phone: Cell<string>;
  /** A code of CarerRelation (a delegate) or of GuardianshipKind (a guardian). */
  relation: Cell<string>;
  isDelegate: boolean;
}

export interface Row {
  id: string;
  name: Cell<string>;
  sex: Cell<string>;
  age: Cell<number>;
  isLeftBehind: boolean;
  grade: Cell<string>;
  className: Cell<string>;
  isBoarder: Cell<boolean>;
  carer: CarerCell | null;
  guardians: CarerCell[];
  departure: { leaveOn: Cell<string>; destination: Cell<string>; phone: Cell<string> } | null;
  register: { category: Cell<string>; state: Cell<string> }[];
}

type Step = string | number;

export function makeRow(pupil: Pupil, index: number, find: FindRedaction): Row {
  const at: Step[] = ['children', 'nodes', index];
  function cell<T>(value: T | null | undefined, ...path: Step[]): Cell<T> {
    const redaction = value == null ? find(...at, ...path) : undefined;
    return { value: value ?? null, hidden: redaction ? redaction.reason : null };
  }

  function describeCarer(list: 'delegations' | 'guardianships', position: number): CarerCell {
    const isDelegate = list === 'delegations';
    const delegation = isDelegate ? pupil.delegations[position] : undefined;
    const guardianship = isDelegate ? undefined : pupil.guardianships[position];
    const person = isDelegate ? delegation?.delegate : guardianship?.guardian;
    const edge = isDelegate ? 'delegate' : 'guardian';
    return {
      name: cell(person?.name ?? guardianship?.guardianOrganisation?.name, list, position, edge, 'name'),
      phone: cell(person?.phone, list, position, edge, 'phone'),
      relation: isDelegate
        ? cell(delegation?.relation, list, position, 'relation')
        : cell(guardianship?.kind, list, position, 'kind'),
      isDelegate,
    };
  }

  const enrolment = pupil.enrolments[0];
  const notice = pupil.departureNotices[0];
  const guardians = pupil.guardianships.map((_, position) => describeCarer('guardianships', position));
  const delegate = findDelegate(pupil);
  return {
    id: pupil.id,
    name: cell(pupil.name, 'name'),
    sex: cell(pupil.sex, 'sex'),
    age: cell(pupil.age, 'age'),
    isLeftBehind: pupil.isLeftBehind === true,
    grade: cell(enrolment?.grade, 'enrolments', 0, 'grade'),
    className: cell(enrolment?.className, 'enrolments', 0, 'className'),
    isBoarder: cell(enrolment?.isBoarder, 'enrolments', 0, 'isBoarder'),
    carer: delegate === -1 ? (guardians[0] ?? null) : describeCarer('delegations', delegate),
    guardians,
    departure: notice
      ? {
          leaveOn: cell(notice.leaveOn, 'departureNotices', 0, 'leaveOn'),
          destination: cell(notice.destination, 'departureNotices', 0, 'destination'),
          phone: cell(notice.phone, 'departureNotices', 0, 'phone'),
        }
      : null,
    register: pupil.registryEntries.map((entry, position) => ({
      category: cell(entry.category, 'registryEntries', position, 'category'),
      state: cell(entry.state, 'registryEntries', position, 'state'),
    })),
  };
}

// Care is really delegated only once the delegation is effective (F3); a notified or rejected one is not care.
function findDelegate(pupil: Pupil): number {
  return pupil.delegations.findIndex((delegation) => delegation.status === 'EFFECTIVE' || delegation.status === null);
}
