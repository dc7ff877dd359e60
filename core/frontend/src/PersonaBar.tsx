// The bar on top: who asks, for what purpose. Another choice signs in anew, with the real flow.

import { signIn, type Token } from '@kinfold/frontend-kit/sign-in';

import demo from '../../kinfold/identity/personas.json';

interface Properties {
  token: Token | null;
  onSignOut(): void;
}

export function PersonaBar({ token, onSignOut }: Properties) {
  return (
    <header className="bar">
      <h1 className="bar-title">
        Kinfold <span>GraphQL 调试台</span>
      </h1>
      <label className="bar-choice">
        <span>身份 Persona</span>
        <select
          value={token?.persona ?? ''}
          onChange={(event) => void signIn(event.target.value, location.pathname)}
          data-test="persona"
        >
          <option value="" disabled>
            请选择身份 · choose a persona
          </option>
          {demo.personas.map((persona) => (
            <option key={persona.name} value={persona.name}>
              {persona.title_zh} · {persona.name}
            </option>
          ))}
        </select>
      </label>
      {token && (
        <>
          <p className="bar-purpose">
            <span>目的 Purpose</span> <code data-test="purpose">{token.purpose}</code>
          </p>
          <button type="button" onClick={onSignOut} data-test="sign-out">
            退出 Sign out
          </button>
        </>
      )}
      <nav className="bar-links" aria-label="其他页面 Other pages">
        <a href="/apps/education/">教育 Education</a>
        <a href="/schema.graphql">Schema</a>
      </nav>
    </header>
  );
}
