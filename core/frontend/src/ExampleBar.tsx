// The example queries. One that asks for what this persona's schema does not have cannot be chosen.

import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { type GraphQLSchema, Kind, parse, validate } from 'graphql';

import { EXAMPLES, type Example, writeVariables } from './examples';

export function ExampleBar() {
  const { schema, queryEditor, variableEditor } = useGraphiQL(pick('schema', 'queryEditor', 'variableEditor'));

  const { setOperationFacts } = useGraphiQLActions();

  function show(example: Example): void {
    queryEditor?.setValue(example.query);
    variableEditor?.setValue(writeVariables(example));
    // The editor finds the operation's name a moment later; who runs it at once must not send the former one's.
    const documentAST = parse(example.query);
    const operations = documentAST.definitions.filter((part) => part.kind === Kind.OPERATION_DEFINITION);
    const operationName = operations[0]?.name?.value;
    setOperationFacts({ documentAST, operations, ...(operationName ? { operationName } : {}) });
  }

  return (
    <nav className="examples" aria-label="示例查询 Example queries">
      <span className="examples-label">示例 Examples</span>
      {EXAMPLES.map((example) => {
        const isPossible = !schema || fits(schema, example);
        return (
          <button
            key={example.id}
            type="button"
            disabled={!isPossible || !queryEditor}
            title={isPossible ? example.english : '此身份的接口中没有这些字段。 This persona’s schema lacks these fields.'}
            onClick={() => show(example)}
            data-test={`example-${example.id}`}
          >
            {example.chinese} <span lang="en">{example.english}</span>
          </button>
        );
      })}
    </nav>
  );
}

function fits(schema: GraphQLSchema, example: Example): boolean {
  return validate(schema, parse(example.query)).length === 0;
}
