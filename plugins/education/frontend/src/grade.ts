// Grades as schools of one kind have them, in order, written the way enrolments carry them.

import { choose } from '@kinfold/frontend-kit/language';

const KINDERGARTEN: Record<string, string> = { 小班: 'Lower kindergarten', 中班: 'Middle kindergarten', 大班: 'Upper kindergarten' };
const COMPULSORY = Array.from({ length: 9 }, (_, step) => `${step + 1}年级`);
const SENIOR = ['高1年级', '高2年级', '高3年级'];

const BY_KIND: Record<string, string[]> = {
  KINDERGARTEN: Object.keys(KINDERGARTEN),
  TEACHING_POINT: COMPULSORY.slice(0, 3),
  PRIMARY: COMPULSORY.slice(0, 6),
  JUNIOR: COMPULSORY.slice(6),
  NINE_YEAR: COMPULSORY,
  SENIOR,
  VOCATIONAL: SENIOR,
};

/** The grades of a school of this kind; none while the kind is not known. */
export function listGrades(schoolKind: string | null): string[] {
  return BY_KIND[schoolKind ?? ''] ?? [];
}

/** A grade in the page's language; as it stands when it is written in a way that we do not know. */
export function nameGrade(grade: string): string {
  const [, senior, number] = /^(高?)(\d)年级$/.exec(grade) ?? [];
  const english = number ? `${senior ? 'Senior' : 'Grade'} ${number}` : KINDERGARTEN[grade];
  return choose([grade, english ?? grade]);
}

/** A class in the page's language: `3班` is the third class of its grade. */
export function nameClass(name: string): string {
  return choose([name, name.replace(/^(\d+)班$/, 'Class $1')]);
}
