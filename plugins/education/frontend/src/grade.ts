// Grades as schools of one kind have them, in order, with the codes that enrolments carry.

import { t } from './texts';

const RANGES: Record<string, [first: number, last: number]> = {
  TEACHING_POINT: [1, 3],
  PRIMARY: [1, 6],
  JUNIOR: [7, 9],
  NINE_YEAR: [1, 9],
  SENIOR: [10, 12],
  VOCATIONAL: [10, 12],
};

/** The grades of a school; none for a kind that has no grades (a kindergarten). */
export function listGrades(schoolKind: string | null): string[] {
  const [first, last] = RANGES[schoolKind ?? ''] ?? [1, 0];
  return Array.from({ length: last - first + 1 }, (_, step) => String(first + step));
}

export function nameGrade(grade: string): string {
  return /^\d+$/.test(grade) ? t('gradeNumber', { n: grade }) : grade;
}
