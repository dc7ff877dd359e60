// The roster operation's answer, and a table row made from one pupil of it.
//
// In:  a pupil, his position on the page, the response's redactions.
// Out: a row in which every cell is a value, a gap (null), or hidden with the reason.

import type { FindRedaction } from '@kinfold/frontend-kit/redaction';

interface Contact {
  name: string | null;
  phone: string | null;
}

/** Lists are null when the whole list is hidden. */
export interface Pupil {
  id: string;
  name: string | null;
  sex: string | null;
  age: number | null;
  isLeftBehind: boolean | null;
  enrolments: { grade: string | null; className: string | null; isBoarder: boolean | null }[] | null;
  delegations: { status: string | null; relation: string | null; delegate: Contact | null }[] | null;
  guardianships: { kind: string | null; guardian: Contact | null; guardianOrganisation: { name: string | null } | null }[] | null;
  departureNotices: { leaveOn: string | null; destination: string | null }[] | null;
  registryEntries: { category: string | null; state: string | null }[] | null;
}

export interface RosterPage {
  children: {
    totalCount: number;
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
    nodes: Pupil[];
  };
}

/** `note` is the policy's reason: on a null the value is hidden, on a value it is shown in part. */
export interface Cell<T> {
  value: T | null;
  note: string | null;
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
  /** The effective delegate; without one, every guardian: who of them is at home is not known here. */
  carers: CarerCell[];
  guardians: CarerCell[];
  departure: { leaveOn: Cell<string>; destination: Cell<string> } | null;
  register: { category: Cell<string>; state: Cell<string> }[];
}

type Step = string | number;
const SHOWN_IN_PART = 'P311';

export function makeRow(pupil: Pupil, index: number, find: FindRedaction): Row {
  const at: Step[] = ['children', 'nodes', index];

  function cell<T>(value: T | null | undefined, ...path: Step[]): Cell<T> {
    const redaction = find(...at, ...path);
    const isGap = value == null && redaction?.code === SHOWN_IN_PART; // part of nothing: nothing is recorded
    return { value: value ?? null, note: redaction && !isGap ? redaction.reason : null };
  }

  function describeDelegate(position: number): CarerCell {
    const delegation = pupil.delegations?.[position];
    const path = ['delegations', position] as const;
    return {
      name: cell(delegation?.delegate?.name, ...path, 'delegate', 'name'),
      phone: cell(delegation?.delegate?.phone, ...path, 'delegate', 'phone'),
      relation: cell(delegation?.relation, ...path, 'relation'),
      isDelegate: true,
    };
  }

  function describeGuardian(position: number): CarerCell {
    const guardianship = pupil.guardianships?.[position];
    const path = ['guardianships', position] as const;
    const organisation = guardianship?.guardianOrganisation;
    return {
      name: organisation
        ? cell(organisation.name, ...path, 'guardianOrganisation', 'name')
        : cell(guardianship?.guardian?.name, ...path, 'guardian', 'name'),
      phone: cell(guardianship?.guardian?.phone, ...path, 'guardian', 'phone'),
      relation: cell(guardianship?.kind, ...path, 'kind'),
      isDelegate: false,
    };
  }

  // A list that is hidden as a whole is one line that says so, not an empty place.
  function countLines(list: 'guardianships' | 'registryEntries'): number[] {
    const length = pupil[list]?.length ?? (find(...at, list) ? 1 : 0);
    return Array.from({ length }, (_, position) => position);
  }

  const enrolment = pupil.enrolments?.[0];
  // No enrolment, nothing to hide: a child who goes to no school has no class.
  function cellOfEnrolment<T>(value: T | null | undefined, name: string): Cell<T> {
    return pupil.enrolments && !enrolment ? { value: null, note: null } : cell(value, 'enrolments', 0, name);
  }

  const notice = pupil.departureNotices?.[0];
  const isNoticeHidden = !notice && find(...at, 'departureNotices') !== undefined;
  const guardians = countLines('guardianships').map(describeGuardian);
  const delegate = findDelegate(pupil, find(...at, 'delegations') !== undefined);
  return {
    id: pupil.id,
    name: cell(pupil.name, 'name'),
    sex: cell(pupil.sex, 'sex'),
    age: cell(pupil.age, 'age'),
    isLeftBehind: pupil.isLeftBehind === true,
    grade: cellOfEnrolment(enrolment?.grade, 'grade'),
    className: cellOfEnrolment(enrolment?.className, 'className'),
    isBoarder: cellOfEnrolment(enrolment?.isBoarder, 'isBoarder'),
    carers: delegate === -1 ? guardians : [describeDelegate(delegate)],
    guardians,
    departure:
      notice || isNoticeHidden
        ? {
            leaveOn: cell(notice?.leaveOn, 'departureNotices', 0, 'leaveOn'),
            destination: cell(notice?.destination, 'departureNotices', 0, 'destination'),
          }
        : null,
    register: countLines('registryEntries').map((position) => ({
      category: cell(pupil.registryEntries?.[position]?.category, 'registryEntries', position, 'category'),
      state: cell(pupil.registryEntries?.[position]?.state, 'registryEntries', position, 'state'),
    })),
  };
}

// Care is delegated only once the delegation is effective (F3): a notified or rejected one is not care.
function findDelegate(pupil: Pupil, isHidden: boolean): number {
  if (!pupil.delegations) return isHidden ? 0 : -1;
  return pupil.delegations.findIndex(({ status }) => status === 'EFFECTIVE' || status === null);
}
