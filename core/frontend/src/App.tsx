// Persona bar on top; below it GraphiQL once somebody is signed in.

import { DOC_EXPLORER_PLUGIN, DocExplorerStore } from '@graphiql/plugin-doc-explorer';
import { GraphiQLProvider } from '@graphiql/react';
import { currentToken, signOut } from '@kinfold/frontend-kit/sign-in';
import { GraphiQL, GraphiQLInterface } from 'graphiql';
import { useMemo, useState } from 'react';

import { ExampleBar } from './ExampleBar';
import { EXAMPLES, writeVariables } from './examples';
import { PersonaBar } from './PersonaBar';
import { createSend } from './send-query';

const TABS_KEPT = 'graphiql:tabState';

// Where a persona left off, the next one goes on: same query, same variables. GraphiQL itself brings back the tabs
// but not their variables.
function readStart(): { initialQuery: string; initialVariables: string } {
  const kept = sessionStorage.getItem(TABS_KEPT);
  if (kept !== null) {
    const { tabs, activeTabIndex } = JSON.parse(kept) as { tabs: Tab[]; activeTabIndex: number };
    const tab = tabs[activeTabIndex];
    if (tab) return { initialQuery: tab.query ?? '', initialVariables: tab.variables ?? '' };
  }
  const first = EXAMPLES[0];
  return { initialQuery: first?.query ?? '', initialVariables: first ? writeVariables(first) : '' };
}

interface Tab {
  query: string | null;
  variables: string | null;
}

export function App() {
  const [token, setToken] = useState(currentToken);
  const send = useMemo(() => createSend(() => setToken(null)), []);
  const start = useMemo(readStart, [token]);

  function leave(): void {
    signOut();
    setToken(null);
  }

  return (
    <>
      <PersonaBar token={token} onSignOut={leave} />
      {token ? (
        <GraphiQLProvider
          fetcher={send}
          {...start}
          storage={sessionStorage} // queries may hold ids: they go when the tab goes
          plugins={[DOC_EXPLORER_PLUGIN]}
          referencePlugin={DOC_EXPLORER_PLUGIN}
        >
          <DocExplorerStore>
            <ExampleBar />
            <main className="explorer">
              <GraphiQLInterface isHeadersEditorEnabled={false} showPersistHeadersSettings={false} defaultEditorToolsVisibility>
                <GraphiQL.Logo>GraphiQL</GraphiQL.Logo>
              </GraphiQLInterface>
            </main>
          </DocExplorerStore>
        </GraphiQLProvider>
      ) : (
        <main className="welcome">
          <h2>
            请先选择身份 <span lang="en">Choose a persona first</span>
          </h2>
          <p>
            每次查询都以某个部门人员的身份、为某个目的进行；看到什么由政策决定。换一个身份，再执行同一条查询，看结果有何不同。
          </p>
          <p lang="en">
            Every query is asked by somebody of a department, for a purpose; policies decide what comes back. Change the
            persona, run the same query again, and compare.
          </p>
        </main>
      )}
    </>
  );
}
