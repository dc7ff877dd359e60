// Signing in: a click on a persona, or a `login_hint` that names one.
//
// In:  the provider, the personas, one request under /auth/interaction/<uid>.
// Out: the picker page, or a redirect back into the provider with the persona as account.

import { renderPicker, renderProblem } from './pages.mjs';

const MAX_FORM_BYTES = 2048;

export async function answerInteraction(provider, personas, request, response) {
  let details;
  try {
    details = await provider.interactionDetails(request, response);
  } catch {
    sendPage(response, 400, renderProblem('expired', '登录页面已过期，请重新开始。 This sign-in page has expired; start again.'));
    return;
  }
  const hint = details.params.login_hint;
  if (request.method === 'GET' && hint === undefined) {
    sendPage(response, 200, renderPicker([...personas.values()]));
    return;
  }
  let name = hint;
  if (request.method === 'POST') {
    name = new URLSearchParams(await readForm(request)).get('persona');
  } else if (request.method !== 'GET') {
    sendPage(response, 405, renderProblem('method', '不支持的请求。 This request is not supported.'));
    return;
  }
  const result = personas.has(name)
    ? { login: { accountId: name, remember: false } }
    : { error: 'login_required', error_description: 'unknown persona' };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

async function readForm(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > MAX_FORM_BYTES) return '';
  }
  return text;
}

function sendPage(response, status, html) {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': renderPicker.policy,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  response.end(html);
}
