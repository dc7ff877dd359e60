// GraphiQL for development. Start: App.tsx.

import './workers';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import 'graphiql/graphiql.css';
import './explorer.css';

import { createRoot } from 'react-dom/client';

import { App } from './App';

const place = document.getElementById('app');
if (place) createRoot(place).render(<App />);
