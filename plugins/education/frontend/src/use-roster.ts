// Reads the roster page by page.
//
// In:  the caller's school (null: none), a grade ('' for all), left-behind pupils only or not.
// Out: reactive rows, counts, problem; `showNext` and `showPrevious`.
//
// Only the page that is looked at is read: a list of children is not fetched for convenience.

import { describeProblem, type Problem } from '@kinfold/frontend-kit/problem';
import { indexRedactions } from '@kinfold/frontend-kit/redaction';
import type { Client, OperationResult } from '@urql/vue';
import { computed, type Ref, ref, shallowRef, watch } from 'vue';

import GRADE_PUPILS from '../../../../schema/operations/education/grade-pupils.graphql';
import ROSTER from '../../../../schema/operations/education/roster.graphql';
import { makeRow, type RosterPage, type Row } from './roster';

const PAGE_SIZE = 20;
const ID_PAGE_SIZE = 100;

interface PupilPage {
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  nodes: { child: { id: string } | null }[];
}

interface GradePage {
  school: { pupils: PupilPage } | null;
}

export interface RosterFilter {
  grade: string;
  isOnlyLeftBehind: boolean;
}

export function useRoster(client: Client, school: Ref<string | null>, filter: Ref<RosterFilter>) {
  const rows = shallowRef<Row[]>([]);
  const total = ref(0);
  const problem = shallowRef<Problem | null>(null);
  const isLoading = ref(true);
  const next = ref<string | null>(null);
  const cursors = ref<(string | null)[]>([null]); // where each page up to this one starts
  let run = 0;

  async function listGradePupils(grade: string): Promise<string[]> {
    const ids: string[] = [];
    let after: string | null = null;
    do {
      const variables = { school: school.value, grade, first: ID_PAGE_SIZE, after };
      const answer: OperationResult<GradePage> = await client.query<GradePage>(GRADE_PUPILS, variables).toPromise();
      if (answer.error) throw answer.error;
      const page: PupilPage | undefined = answer.data?.school?.pupils;
      for (const node of page?.nodes ?? []) if (node.child) ids.push(node.child.id);
      after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after);
    return ids;
  }

  async function load(): Promise<void> {
    const mine = ++run; // an answer that comes after a newer question is dropped
    isLoading.value = true;
    problem.value = null;
    try {
      const { grade, isOnlyLeftBehind } = filter.value;
      const where = {
        ...(isOnlyLeftBehind ? { isLeftBehind: { eq: true } } : {}),
        ...(grade ? { id: { in: await listGradePupils(grade) } } : {}),
      };
      const variables = { first: PAGE_SIZE, after: cursors.value.at(-1) ?? null, where };
      const answer = await client.query<RosterPage>(ROSTER, variables).toPromise();
      if (mine !== run) return;
      if (answer.error && !answer.data?.children) throw answer.error;
      const page = answer.data?.children;
      const find = indexRedactions(answer.extensions);
      rows.value = (page?.nodes ?? []).map((pupil, index) => makeRow(pupil, index, find));
      total.value = page?.totalCount ?? 0;
      next.value = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } catch (error) {
      if (mine !== run) return;
      rows.value = [];
      problem.value = describeProblem(error as Parameters<typeof describeProblem>[0]);
    }
    isLoading.value = false;
  }

  async function turn(to: (string | null)[]): Promise<void> {
    cursors.value = to;
    await load();
  }

  watch([school, filter], () => turn([null]), { deep: true, immediate: true });

  return {
    rows,
    total,
    problem,
    isLoading,
    pageNumber: computed(() => cursors.value.length),
    hasNext: computed(() => next.value !== null),
    reload: load,
    showNext: () => (next.value === null ? Promise.resolve() : turn([...cursors.value, next.value])),
    showPrevious: () => turn(cursors.value.slice(0, -1)),
  };
}
