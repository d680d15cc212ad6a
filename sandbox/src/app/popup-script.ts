/** Posting to the opener works only because no page of the login sends Cross-Origin-Opener-Policy. */
export const popupScript = `'use strict';
for (const link of document.querySelectorAll('[data-popup]')) {
  link.addEventListener('click', (event) => {
    if (window.open(link.href, 'login', 'popup,width=480,height=720')) event.preventDefault();
  });
}
window.addEventListener('message', (event) => {
  if (event.origin === location.origin && event.data === 'logged-in') location.assign('/');
});
if (location.pathname === '/popup-done' && window.opener) {
  window.opener.postMessage('logged-in', location.origin);
  window.close();
}
`;
