/**
 * Opens the login in a popup, and closes it when it is done. The opener is told by a message, which works only because no
 * page on the way sends a Cross-Origin-Opener-Policy.
 */
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
