// Ends a sign-in: the address holds `code` and `state`; afterwards the app is open again, with a token.
import { finishSignIn } from '/auth/sign-in.js';

try {
  location.replace(await finishSignIn(location.search));
} catch (problem) {
  document.title = '无法登录 · Sign-in did not work';
  document.querySelector('h1').textContent = '无法登录 Sign-in did not work';
  const state = document.getElementById('state');
  state.setAttribute('role', 'alert');
  state.textContent = problem.message;
}
