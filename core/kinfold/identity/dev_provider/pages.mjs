// The provider's pages: the persona picker, a problem page, and the files in pages/.
//
// In:  personas, or a path.
// Out: HTML, or a static file with its headers. Chinese first, English second; no script on the pages
// that take a click, so they work with a keyboard, a screen reader and without JavaScript.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const STYLE_ONLY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const OWN_SCRIPT = `${STYLE_ONLY}; script-src 'self'; connect-src 'self'`;
const STATIC = new Map(
  [
    ['/auth/callback', 'callback.html', 'text/html; charset=utf-8'],
    ['/auth/callback.js', 'callback.js', 'text/javascript; charset=utf-8'],
    ['/auth/sign-in.js', 'sign-in.js', 'text/javascript; charset=utf-8'],
    ['/auth/style.css', 'style.css', 'text/css; charset=utf-8'],
  ].map(([path, name, type]) => [path, {
    body: readFileSync(fileURLToPath(new URL(`./pages/${name}`, import.meta.url))),
    headers: {
      'content-type': type,
      'content-security-policy': OWN_SCRIPT,
      'cache-control': 'no-cache',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  }]),
);

export function findStaticPage(path) {
  return STATIC.get(path);
}

function escape(text) {
  return String(text ?? '').replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function renderPage(title, english, body) {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${english}</title>
<link rel="stylesheet" href="/auth/style.css">
</head>
<body>
<main>
<h1>${title} <span lang="en">${english}</span></h1>
${body}
</main>
</body>
</html>
`;
}

export function renderPicker(personas) {
  const buttons = personas.map((persona) => `<li><button name="persona" value="${escape(persona.name)}">
<span>${escape(persona.title_zh)}</span>
<span lang="en">${escape(persona.title_en)}</span>
</button></li>`);
  return renderPage('选择演示身份', 'Choose a persona', `<p>仅供开发使用：以下均为虚构人员，不需要密码。
<span lang="en">Development only: these people are invented, and there is no password.</span></p>
<form method="post">
<ul>
${buttons.join('\n')}
</ul>
</form>`);
}
renderPicker.policy = STYLE_ONLY;

export function renderProblem(error, description) {
  return renderPage('无法登录', 'Sign-in did not work', `<p role="alert">${escape(description || error)}</p>
<p><a href="/">返回首页 <span lang="en">Back to the start</span></a></p>`);
}
renderProblem.policy = STYLE_ONLY;
