// The education department's frontend. Start: App.vue (who is signed in), then RosterView.vue (what is shown).

import '@kinfold/frontend-kit/theme.css';
import './roster.css';

import { createApp } from 'vue';

import App from './App.vue';

createApp(App).mount('#app');
