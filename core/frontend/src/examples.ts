// The example queries, with variables that fit the demo county.

import demo from '../../kinfold/identity/personas.json';
import CHILD_360 from './examples/child-360.graphql?raw';
import LEFT_BEHIND from './examples/left-behind.graphql?raw';
import NODE from './examples/node.graphql?raw';
import REGIONS from './examples/regions.graphql?raw';
import SCHOOLS from './examples/schools.graphql?raw';

export interface Example {
  id: string;
  chinese: string;
  english: string;
  query: string;
  variables: Record<string, string>;
}

const CHILD = `Child:${demo.jurisdiction}:${demo.child_id}`;
const SCHOOL = `School:${demo.jurisdiction}:${demo.school_id}`;

export const EXAMPLES: Example[] = [
  { id: 'child-360', chinese: '儿童全景', english: 'Child 360', query: CHILD_360, variables: { id: CHILD } },
  { id: 'left-behind', chinese: '本镇留守儿童', english: 'Left-behind children', query: LEFT_BEHIND, variables: { town: demo.town } },
  { id: 'schools', chinese: '学校与学生', english: 'Schools and pupils', query: SCHOOLS, variables: {} },
  { id: 'regions', chinese: '区划', english: 'Divisions', query: REGIONS, variables: { county: demo.jurisdiction } },
  { id: 'node', chinese: '按标识查询', english: 'Any node', query: NODE, variables: { id: SCHOOL } },
];

/** The variables as text for the editor; nothing when there are none. */
export function writeVariables({ variables }: Example): string {
  return Object.keys(variables).length ? JSON.stringify(variables, null, 2) : '';
}
