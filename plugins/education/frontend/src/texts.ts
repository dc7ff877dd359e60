// Every sentence of this frontend, Chinese first.

import { choose, createTranslate } from '@kinfold/frontend-kit/language';

export const t = createTranslate({
  title: ['在校留守儿童名册', 'Left-behind pupils'],
  signInTitle: ['请先登录', 'Please sign in'],
  signInText: [
    '名册只对本校授权人员开放。登录后只能看到本校在读学生，所有查询均会留痕。',
    'The roster is open to authorised staff of the school. You see pupils of your own school only, and every look is recorded.',
  ],
  signIn: ['登录', 'Sign in'],
  roster: ['学生名册', 'Roster'],
  count: ['共 {n} 名', '{n} in all'],
  grade: ['年级', 'Grade'],
  allGrades: ['全部年级', 'All grades'],
  onlyLeftBehind: ['仅看留守儿童', 'Left-behind pupils only'],
  filters: ['筛选', 'Filters'],
  name: ['姓名', 'Name'],
  sexAge: ['性别 / 年龄', 'Sex / age'],
  age: ['{n} 岁', '{n} years'],
  gradeClass: ['年级 / 班级', 'Grade / class'],
  boarder: ['寄宿', 'Boarder'],
  carer: ['当前照护人', 'Current carer'],
  parents: ['监护人及外出情况', 'Guardians and departure'],
  register: ['登记类别', 'Register'],
  phone: ['电话', 'Phone'],
  yes: ['是', 'Yes'],
  no: ['否', 'No'],
  none: ['无记录', 'No record'],
  noneVisible: ['无可见记录', 'No record visible to you'],
  noCarer: ['未登记照护人', 'No carer on record'],
  leftFor: ['{date} 赴{place}', 'Left for {place}, {date}'],
  noNotice: ['未收到外出告知', 'No departure notice'],
  loading: ['正在读取名册…', 'Reading the roster…'],
  empty: ['没有符合条件的学生。', 'No pupil fits these filters.'],
  emptyHint: ['可放宽筛选条件；名册只包含您有权查看的学生。', 'Widen the filters; the roster holds only pupils whom you may see.'],
  previous: ['上一页', 'Previous'],
  next: ['下一页', 'Next'],
  page: ['第 {n} 页', 'Page {n}'],
  pages: ['翻页', 'Pages'],
  hiddenReason: ['按权限规则，此项对您不可见。', 'The access rules do not show you this value.'],
});

const ROLES: Record<string, readonly [chinese: string, english: string]> = {
  bureau: ['教育局', 'Education bureau'],
  school: ['学校', 'School'],
  counsellor: ['心理辅导教师', 'Counselling teacher'],
};

/** Who is signed in, in words: the role if it is one of this department, and always the account's own name. */
export function nameRole(roles: string[], account: string): string {
  const role = roles.map((code) => ROLES[code]).find((pair) => pair !== undefined);
  return role ? `${choose(role)} · ${account}` : account;
}
