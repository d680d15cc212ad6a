/**
 * Redirects a login to the redirect service, and verifies the service's reply.
 *
 * Secrets of this Action:
 *   SESSION_SECRET            shared with the service, 32 bytes or more: `openssl rand -base64 48`
 *   SESSION_SECRET_PREVIOUS   the previous secret, only during a rotation
 *   TERMS_VERSION             the version of the terms that each user must accept. Unset: the Action does not request the terms. For
 *                             several documents, the required ones in the service's order: terms=2026-11,privacy=3
 *   PROFILE_FIELDS            the fields of the service's step "profile": given_name,family_name,phone_number. Unset: the Action does
 *                             not request the profile. If TERMS_VERSION is unset too, the service chooses the steps
 *   STEPS_EXPECTED            true: the service has steps. If it chooses them, the Action rejects a reply without an outcome.
 *                             Unset or false: the service may have no steps
 *   LINK_CLIENT_ID            the client id of the step account-link; the Action does not redirect its logins
 *   MANAGEMENT_URL            https://example.eu.auth0.com, to link accounts and to copy the profile to the user's root attributes: see
 *                             ROOT_ATTRIBUTES
 *   MANAGEMENT_CLIENT_ID      the client id of a machine-to-machine application with the scope update:users
 *   MANAGEMENT_CLIENT_SECRET  the secret of this application
 *   REDIRECT_URL              the service's redirect endpoint: https://steps.example.com/redirect
 *
 * README.md, two folders up, links to the claims of both tokens, the deployment and the rotation.
 */
const { randomBytes } = require('node:crypto');

// ---------------------------------------------------------------- edit this part

/** Prefix of custom claims, so that they never collide with standard claims. Use your own URL. */
const NAMESPACE = 'https://auth-redirect.example/';

/**
 * Returns the ids of the steps that this user must complete. If the list is empty, the login continues without a redirect. If it is
 * undefined, the Action redirects every login, and the service chooses the steps.
 *
 * By default: the terms, if the user has not accepted the version in the secret TERMS_VERSION, and the profile, if its stored data
 * lacks one of PROFILE_FIELDS. onContinuePostLogin stores the steps' data in app_metadata.auth_redirect, by step id.
 *
 * Decide by this data, never by event.stats.logins_count or a new session: Auth0's session exists before the redirect, so a user who
 * leaves a step and signs in again would bypass it. Do not use event.request either: this function runs again with another request
 * when the browser returns.
 * @param {Event} event
 * @returns {string[] | undefined}
 */
function stepsFor({ secrets, user }) {
  const { TERMS_VERSION } = secrets;
  const fields = profileFields(secrets);
  if (!TERMS_VERSION && fields.length === 0) return undefined;
  const { terms, profile } = user.app_metadata?.auth_redirect ?? {};
  const steps = [];
  if (TERMS_VERSION && terms?.version !== TERMS_VERSION) steps.push('terms');
  if (fields.some((name) => !Object.hasOwn(profile ?? {}, name))) steps.push('profile');
  return steps;
}

/**
 * Returns claims for your own steps, in addition to those for the ready-made steps: a step reads `adultAge` from
 * `context.sessionToken.claims.adultAge`. The token is signed, not encrypted, and part of a URL: add no secrets, at most 1,000 bytes,
 * and nothing that changes until the user returns. Claims that this Action sets itself take precedence.
 * @param {Event} _event
 * @returns {object}
 */
function claimsFor(_event) {
  return {};
}

/**
 * Returns the account that remains after the step account-link. Its user_id becomes the `sub`. Auth0 keeps its metadata, and discards
 * the metadata of the other account.
 * @param {Event} _event - The login of the first account.
 * @param {{ sub: string, email?: string, email_verified?: boolean }} _second - The account that the step has verified.
 * @returns {'first' | 'second'}
 */
function primaryAccount(_event, _second) {
  return 'first';
}

/**
 * The requested steps that a user may skip, if the service has the rule `optional: true` for them. The Action does not store a
 * skipped step, so stepsFor requests it again at the next login.
 */
const STEPS_TO_SKIP = [];

/**
 * Returns whether the Action accepts the result of a step. The cases:
 *
 * - terms: the user must accept every required document, in any version. While only one side has a new version, users can log in, and
 *   stepsFor requests the terms again at the next login.
 * - email-code, sms-code: an address or number that the user entered is rejected, unless you edit this.
 * - external: a user whom the vendor declined and who chose another way is rejected. If you edit this, require the result of the
 *   other step.
 */
function isAcceptedResult(step, data) {
  if (isSkipped(data)) return STEPS_TO_SKIP.includes(step);
  if (step === 'terms') return isText(data?.version) && Object.values(data.documents ?? {}).every(isSettled);
  if (step === 'profile') return isObject(data);
  if (step === 'email-code' || step === 'sms-code') return data?.enteredByUser !== true;
  if (CHOOSE_STEPS.includes(step)) return data === null || isText(data?.id);
  if (step === 'external') return isObject(data) && data.declined !== true;
  return true;
}

/**
 * The steps whose data the ID token contains, for the application. Remove the steps that it does not need: a profile is personal data.
 * The access token, which reaches APIs and their logs, contains only chosen ids: see CHOOSE_STEPS.
 */
const STEPS_IN_ID_TOKEN = ['terms', 'profile', 'email-code', 'sms-code', 'external', 'account-link'];

/**
 * The ids of the steps of the type choose. The ID token and the access token contain the chosen id, as NAMESPACE + the id of the step.
 * Tokens from a refresh token keep the choice of their login. If the application sends `<id of the step>=change` to /authorize, the
 * page appears again, also for a user who chose to skip it.
 */
const CHOOSE_STEPS = ['choose'];

/**
 * The fields of the profile that also become root attributes of the user, if the secret MANAGEMENT_URL is set. Auth0 allows this for
 * users of database connections, and for others if their connection does not sync the attributes at each login.
 */
const ROOT_ATTRIBUTES = ['given_name', 'family_name', 'name', 'nickname'];

/**
 * Password grants and token exchanges have no browser to redirect. DENY rejects them. PASS accepts them without the redirect, from
 * anyone who can call the token endpoint of an application with that grant.
 */
const DENY = 'deny';
const PASS = 'pass';
const LOGIN_WITHOUT_BROWSER = DENY;

/** Time limit for all steps of a login, in seconds. Auth0 ends a login after 3,600 seconds. */
const SECONDS_TO_COMPLETE = 900;

/**
 * The texts of denied logins by language: the language of the login (event.transaction.locale), otherwise English. The service sends
 * the text of a declined step; `declined` is its default.
 */
const TEXTS = {
  ar: {
    tryAgain: 'تعذّر إكمال تسجيل الدخول. عُد إلى التطبيق أو الموقع الإلكتروني الذي أتيت منه، ثم سجّل الدخول مجددًا.',
    needsBrowser: 'سجّل الدخول إلى هذا الحساب من متصفح.',
    declined: 'لم تُكمل خطوة مطلوبة من تسجيل الدخول.',
    linkAgain: 'تعذّر ربط حساباتك. سجّل الدخول مجددًا للمحاولة مرة أخرى.',
    cannotLink: 'لا يمكن ربط حساباتك. ربما يكون الحساب الآخر مرتبطًا بحساب مختلف. تواصل مع فريق الدعم.',
  },
  de: {
    tryAgain:
      'Ihre Anmeldung konnte nicht abgeschlossen werden. Kehren Sie zu der App oder Website zurück, von der Sie gekommen sind, und melden Sie sich erneut an.',
    needsBrowser: 'Melden Sie sich mit diesem Konto in einem Browser an.',
    declined: 'Sie haben einen erforderlichen Schritt der Anmeldung nicht abgeschlossen.',
    linkAgain: 'Ihre Konten konnten nicht verknüpft werden. Melden Sie sich erneut an, um es noch einmal zu versuchen.',
    cannotLink:
      'Ihre Konten lassen sich nicht verknüpfen. Vielleicht ist das andere Konto schon mit einem weiteren verknüpft. Wenden Sie sich an den Support.',
  },
  en: {
    tryAgain: 'We could not complete your sign-in. Return to the app or website that you came from, and sign in again.',
    needsBrowser: 'Sign in to this account with a browser.',
    declined: 'You did not complete a required step of the sign-in.',
    linkAgain: 'We could not link your accounts. Sign in again to retry.',
    cannotLink:
      'Your accounts cannot be linked. The other account may already be linked to a different one. Contact support.',
  },
  es: {
    tryAgain:
      'No se ha podido completar su inicio de sesión. Vuelva a la aplicación o al sitio web de donde venía e inicie sesión de nuevo.',
    needsBrowser: 'Inicie sesión en esta cuenta con un navegador.',
    declined: 'No ha completado un paso obligatorio del inicio de sesión.',
    linkAgain: 'No se han podido vincular sus cuentas. Inicie sesión de nuevo para volver a intentarlo.',
    cannotLink:
      'Sus cuentas no se pueden vincular. Es posible que la otra cuenta ya esté vinculada a una distinta. Contacte con el servicio de asistencia.',
  },
  fr: {
    tryAgain:
      'Votre connexion n’a pas pu aboutir. Revenez à l’application ou au site d’où vous venez, puis recommencez la connexion.',
    needsBrowser: 'Connectez-vous à ce compte dans un navigateur.',
    declined: 'Vous n’avez pas terminé une étape obligatoire de la connexion.',
    linkAgain: 'Vos comptes n’ont pas pu être associés. Reconnectez-vous pour réessayer.',
    cannotLink:
      'Vos comptes ne peuvent pas être associés. L’autre compte est peut-être déjà associé à un compte différent. Contactez l’assistance.',
  },
  he: {
    tryAgain: 'לא הצלחנו להשלים את הכניסה שלך. יש לחזור לאפליקציה או לאתר שמהם הגעת, ולהיכנס שוב.',
    needsBrowser: 'יש להיכנס לחשבון הזה דרך דפדפן.',
    declined: 'לא השלמת שלב חובה בכניסה.',
    linkAgain: 'לא הצלחנו לקשר את החשבונות שלך. יש להיכנס שוב כדי לנסות שנית.',
    cannotLink: 'אי אפשר לקשר את החשבונות שלך. ייתכן שהחשבון האחר כבר מקושר לחשבון שונה. יש לפנות לתמיכה.',
  },
  it: {
    tryAgain:
      'Non è stato possibile completare l’accesso. Tornare all’app o al sito web di provenienza e accedere di nuovo.',
    needsBrowser: 'Accedere a questo account con un browser.',
    declined: 'Un passaggio obbligatorio dell’accesso non è stato completato.',
    linkAgain: 'Non è stato possibile collegare gli account. Accedere di nuovo per riprovare.',
    cannotLink:
      'Gli account non possono essere collegati. È possibile che l’altro account sia già collegato a un account diverso. Contattare l’assistenza.',
  },
  ja: {
    tryAgain: 'サインインを完了できませんでした。元のアプリまたはウェブサイトに戻り、もう一度サインインしてください。',
    needsBrowser: 'このアカウントには、ブラウザーでサインインしてください。',
    declined: 'サインインに必要な手順が完了していません。',
    linkAgain: 'アカウントをリンクできませんでした。もう一度サインインしてお試しください。',
    cannotLink:
      'アカウントをリンクできません。もう一方のアカウントが、すでに別のアカウントにリンクされている可能性があります。サポートにお問い合わせください。',
  },
  ko: {
    tryAgain: '로그인을 완료하지 못했습니다. 이용하던 앱이나 웹사이트로 돌아가서 다시 로그인하세요.',
    needsBrowser: '이 계정은 브라우저에서 로그인하세요.',
    declined: '로그인에 필요한 단계를 완료하지 않았습니다.',
    linkAgain: '계정을 연결하지 못했습니다. 다시 로그인하여 시도하세요.',
    cannotLink:
      '계정을 연결할 수 없습니다. 다른 계정이 이미 또 다른 계정에 연결되어 있을 수 있습니다. 지원팀에 문의하세요.',
  },
  nl: {
    tryAgain: 'Uw inlogpoging is niet voltooid. Ga terug naar de app of website waar u vandaan kwam en log opnieuw in.',
    needsBrowser: 'Log met een browser in op dit account.',
    declined: 'U hebt een verplichte stap van het inloggen niet voltooid.',
    linkAgain: 'Uw accounts konden niet worden gekoppeld. Log opnieuw in om het nog eens te proberen.',
    cannotLink:
      'Uw accounts kunnen niet worden gekoppeld. Mogelijk is het andere account al aan een ander account gekoppeld. Neem contact op met de helpdesk.',
  },
  no: {
    tryAgain:
      'Vi kunne ikke fullføre innloggingen. Gå tilbake til appen eller nettstedet du kom fra, og logg inn på nytt.',
    needsBrowser: 'Logg inn på denne kontoen i en nettleser.',
    declined: 'Du fullførte ikke et obligatorisk trinn i innloggingen.',
    linkAgain: 'Vi kunne ikke koble sammen kontoene dine. Logg inn på nytt for å prøve igjen.',
    cannotLink:
      'Kontoene dine kan ikke kobles sammen. Den andre kontoen kan allerede være koblet til en annen. Kontakt kundestøtte.',
  },
  pl: {
    tryAgain:
      'Nie udało się dokończyć logowania. Wróć do aplikacji lub witryny, w której zaczęło się logowanie, i zaloguj się ponownie.',
    needsBrowser: 'Zaloguj się na to konto w przeglądarce.',
    declined: 'Wymagany krok logowania nie został ukończony.',
    linkAgain: 'Nie udało się połączyć Twoich kont. Zaloguj się ponownie, aby spróbować jeszcze raz.',
    cannotLink:
      'Nie można połączyć Twoich kont. Drugie konto może być już połączone z innym. Skontaktuj się z pomocą techniczną.',
  },
  pt: {
    tryAgain: 'Não foi possível concluir o seu login. Volte ao app ou site de onde você veio e entre novamente.',
    needsBrowser: 'Entre nesta conta usando um navegador.',
    declined: 'Você não concluiu uma etapa obrigatória do login.',
    linkAgain: 'Não foi possível vincular suas contas. Entre novamente para tentar de novo.',
    cannotLink:
      'Suas contas não podem ser vinculadas. A outra conta talvez já esteja vinculada a uma conta diferente. Entre em contato com o suporte.',
  },
  'pt-PT': {
    tryAgain:
      'Não foi possível concluir o seu início de sessão. Volte à aplicação ou ao site de onde veio e inicie sessão novamente.',
    needsBrowser: 'Inicie sessão nesta conta com um navegador.',
    declined: 'Não concluiu um passo obrigatório do início de sessão.',
    linkAgain: 'Não foi possível associar as suas contas. Inicie sessão novamente para tentar outra vez.',
    cannotLink:
      'As suas contas não podem ser associadas. A outra conta pode já estar associada a uma conta diferente. Contacte o suporte.',
  },
  sv: {
    tryAgain:
      'Vi kunde inte slutföra inloggningen. Gå tillbaka till appen eller webbplatsen du kom från och logga in igen.',
    needsBrowser: 'Logga in på det här kontot i en webbläsare.',
    declined: 'Du slutförde inte ett obligatoriskt steg i inloggningen.',
    linkAgain: 'Vi kunde inte länka dina konton. Logga in igen för att försöka på nytt.',
    cannotLink:
      'Dina konton kan inte länkas. Det andra kontot kan redan vara länkat till ett annat. Kontakta supporten.',
  },
  tr: {
    tryAgain: 'Girişiniz tamamlanamadı. Geldiğiniz uygulamaya veya web sitesine dönüp tekrar giriş yapın.',
    needsBrowser: 'Bu hesaba bir tarayıcıdan giriş yapın.',
    declined: 'Girişin zorunlu bir adımını tamamlamadınız.',
    linkAgain: 'Hesaplarınız bağlanamadı. Yeniden denemek için tekrar giriş yapın.',
    cannotLink:
      'Hesaplarınız bağlanamıyor. Diğer hesap zaten farklı bir hesaba bağlı olabilir. Destek ekibine başvurun.',
  },
  uk: {
    tryAgain: 'Не вдалося завершити вхід. Поверніться в застосунок або на сайт, з якого ви перейшли, і ввійдіть знову.',
    needsBrowser: 'Увійдіть у цей обліковий запис через браузер.',
    declined: 'Ви не завершили обов’язковий крок входу.',
    linkAgain: 'Не вдалося зв’язати ваші облікові записи. Увійдіть знову, щоб повторити спробу.',
    cannotLink:
      'Ваші облікові записи не можна зв’язати. Можливо, інший обліковий запис уже зв’язано з іще одним. Зверніться до служби підтримки.',
  },
  zh: {
    tryAgain: '无法完成登录。请返回您之前使用的应用或网站，然后重新登录。',
    needsBrowser: '请使用浏览器登录此账号。',
    declined: '您未完成登录所需的步骤。',
    linkAgain: '无法关联您的账号。请重新登录后重试。',
    cannotLink: '无法关联您的账号。另一个账号可能已与其他账号关联。请联系支持团队。',
  },
  'zh-Hant': {
    tryAgain: '無法完成登入。請返回您先前使用的應用程式或網站，然後重新登入。',
    needsBrowser: '請使用瀏覽器登入此帳號。',
    declined: '您未完成登入所需的步驟。',
    linkAgain: '無法連結您的帳號。請重新登入後再試一次。',
    cannotLink: '無法連結您的帳號。另一個帳號可能已與其他帳號連結。請聯絡支援團隊。',
  },
};

// ---------------------------------------------------------------- do not edit below

const NONCE = 'auth_redirect_nonce';
/** Key in the transaction's metadata: whether the reply to this login must have an outcome. */
const OUTCOME = 'auth_redirect_outcome';
/** Prefix of a step's id in the metadata of a refresh token, which stores the chosen id. */
const CHOICE = 'auth_redirect_';
const SECRETS = ['SESSION_SECRET', 'SESSION_SECRET_PREVIOUS'];
const MANAGEMENT = ['MANAGEMENT_URL', 'MANAGEMENT_CLIENT_ID', 'MANAGEMENT_CLIENT_SECRET'];
const SETTINGS = ['TERMS_VERSION', 'PROFILE_FIELDS', 'STEPS_EXPECTED', 'LINK_CLIENT_ID', ...MANAGEMENT];
const ACCOUNT_LINK = 'account-link';
/** Statuses of the Management API after which a retry fails too: the account does not exist, or is linked to another one. */
const LINK_CONFLICTS = [400, 404, 409];
const MANAGEMENT_TIMEOUT_MS = 5000;
/** Limit in bytes of JSON. The service accepts tokens of up to 5,600 characters for a login with steps. */
const ROOM_FOR_PROFILE = 3000;
const MOST_LOCALES = 5;
/** The attributes of event.user that prefill the fields of the profile. The Action prefills no other field from event.user. */
const ATTRIBUTES = {
  ...{ given_name: 'given_name', family_name: 'family_name', email: 'email' },
  ...{ phone_number: 'phone_number', phone: 'phone_number' },
};
/** Name of the count of the user's “Not now” choices on the page of the profile. */
const NOT_NOW = 'notNow';
/** Languages that use the texts of another language. */
const SAME_LANGUAGE = { nb: 'no', nn: 'no' };

/**
 * @param {Event} event - Details about the user and the context in which they are logging in.
 * @param {PostLoginAPI} api - Interface whose methods can be used to change the behavior of the login.
 */
exports.onExecutePostLogin = async (event, api) => {
  // The login to a second account happens within the login of the first one, so a redirect would never end.
  if (event.secrets.LINK_CLIENT_ID && event.client?.client_id === event.secrets.LINK_CLIENT_ID) return;
  // The login of this refresh token was redirected before. A refresh has no browser.
  if (event.transaction?.protocol === 'oauth2-refresh-token')
    return claimChoices(keptChoices(event.refresh_token), api);
  const steps = stepsFor(event);
  if (steps?.length === 0) return;

  const misconfigured = problemWith(event.secrets);
  if (misconfigured) return deny(event, api, misconfigured);

  // canRedirect() is false for password grants and for silent logins (prompt=none). The Action redirects a silent login too: Auth0
  // then answers interaction_required. Without the redirect, the login would bypass every step, see stepsFor. Only a GET is a silent
  // login: an attacker can add ?prompt=none to a password grant, which is a POST.
  const isSilent = event.request.method === 'GET' && event.request.query?.prompt === 'none';
  if (!api.redirect.canRedirect() && !isSilent) {
    return LOGIN_WITHOUT_BROWSER === PASS
      ? undefined
      : deny(event, api, 'this login cannot be redirected', 'needsBrowser');
  }

  const nonce = randomBytes(32).toString('base64url');
  api.transaction.setMetadata(NONCE, nonce);
  if (steps || event.secrets.STEPS_EXPECTED === 'true') api.transaction.setMetadata(OUTCOME, 'required');
  const sessionToken = api.redirect.encodeToken({
    secret: event.secrets.SESSION_SECRET,
    expiresInSeconds: SECONDS_TO_COMPLETE,
    payload: { ...claimsFor(event), nonce, ...(steps && { steps }), ...inputForSteps(steps, event) },
  });
  api.redirect.sendUserTo(event.secrets.REDIRECT_URL, { query: { session_token: sessionToken } });
};

/**
 * Runs when the browser returns to /continue, with or without a reply of the service.
 * @param {Event} event - Details about the user and the context in which they are logging in.
 * @param {PostLoginAPI} api - Interface whose methods can be used to change the behavior of the login.
 */
exports.onContinuePostLogin = async (event, api) => {
  const misconfigured = problemWith(event.secrets);
  if (misconfigured) return deny(event, api, misconfigured);

  const { [NONCE]: nonce, [OUTCOME]: outcome } = event.transaction?.metadata ?? {};
  api.transaction.setMetadata(NONCE, null); // each nonce is valid once, also if the login is denied
  if (outcome) api.transaction.setMetadata(OUTCOME, null);

  const { payload, reasons } = validatedToken(event, api);
  if (!payload) return deny(event, api, reasons);

  const failed = checks(payload, event, nonce, outcome === 'required').find(({ holds }) => !holds);
  if (failed) return deny(event, api, failed.otherwise);
  if (payload.outcome === 'denied') {
    const code = /^[\w.-]{1,64}$/.exec(payload.error ?? '')?.[0] ?? 'no code';
    return deny(event, api, `a step was not completed (${code})`, 'declined', readableText(payload.error_description));
  }
  const callManagementApi = managementApi(event.secrets);
  const { userId, failure } = await linkAccounts(payload.steps?.[ACCOUNT_LINK], event, api, callManagementApi);
  if (failure) return deny(event, api, failure.check, failure.key);
  accept(payload.steps, event, api);
  await updateUser(payload.steps?.profile, event, userId, callManagementApi);
};

/**
 * Returns only the claims that the steps of this login use: the token is signed, not encrypted, and part of a URL. email-code sends
 * its code to `email`, verified or not; sms-code sends its code to `phone_number`, of the user or of app_metadata. account-link shows
 * `email`, can compare it, and can skip users with two `identities`.
 */
function inputForSteps(steps, event) {
  const isPossible = (id) => steps === undefined || steps.includes(id);
  const profile = steps?.includes('profile') ? knownProfile(event) : {};
  const phone = phoneNumberOf(event.user);
  const { locale, ui_locales: asked } = event.transaction ?? {};
  const locales = Array.isArray(asked) ? asked.filter(isLanguageTag).slice(0, MOST_LOCALES) : [];
  return {
    ...(isPossible('email-code') && isText(event.user.email) && { email: event.user.email }),
    ...(isPossible('sms-code') && phone && { phone_number: phone }),
    ...(event.secrets.LINK_CLIENT_ID && isPossible(ACCOUNT_LINK) && inputForAccountLink(event.user)),
    ...(Object.keys(profile).length > 0 && { profile }),
    ...lastChoices(event, isPossible),
    ...(isLanguageTag(locale) && { locale }),
    ...(locales.length > 0 && { ui_locales: locales }),
  };
}

/** Returns the last choice of each step. The page preselects this choice, or does not appear if the user chose so. */
function lastChoices({ request, user }, isPossible) {
  const { auth_redirect: kept = {} } = user.app_metadata ?? {};
  const known = CHOOSE_STEPS.filter((id) => isPossible(id) && isText(kept[id]?.id));
  const isRemembered = (id) => kept[id].remembered === true && request.query?.[id] !== 'change';
  return Object.fromEntries(
    known.map((id) => [id, { id: kept[id].id, ...(isRemembered(id) && { remembered: true }) }]),
  );
}

/** Users of an SMS connection have a `phone_number`. For others, app_metadata can contain `phone_number`. */
function phoneNumberOf({ phone_number: own, app_metadata: metadata }) {
  return [own, metadata?.phone_number].find((number) => /^\+[1-9]\d{6,14}$/.test(number ?? ''));
}

function inputForAccountLink({ email, email_verified: isVerified, identities = [] }) {
  return { ...(isText(email) && { email, email_verified: isVerified === true }), identities: identities.length };
}

/** Returns the names in the secret PROFILE_FIELDS. */
function profileFields({ PROFILE_FIELDS = '' }) {
  const names = PROFILE_FIELDS.split(',').map((name) => name.trim());
  return [...new Set(names.filter(Boolean))];
}

/** Returns initial values for the profile, up to ROOM_FOR_PROFILE: the user's earlier values, else the attributes at Auth0. */
function knownProfile({ secrets, user }) {
  const given = user.app_metadata?.auth_redirect?.profile;
  const candidates = (name) => [given?.[name], Object.hasOwn(ATTRIBUTES, name) ? user[ATTRIBUTES[name]] : undefined];
  const known = [...profileFields(secrets), NOT_NOW].map((name) => [name, candidates(name).find(isFieldValue)]);
  let room = ROOM_FOR_PROFILE; // a value that does not fit is omitted, with all that follow
  return Object.fromEntries(
    known.filter(([, value]) => value !== undefined).filter((pair) => (room -= sizeOf(pair)) >= 0),
  );
}

/** Returns the checks of a token whose signature, expiry and state validateToken has verified. */
function checks(payload, event, nonce, needsOutcome) {
  const isDenied = payload.outcome === 'denied';
  const asked = isDenied ? [] : (stepsFor(event) ?? []);
  const given = isDenied || !isObject(payload.steps) ? {} : payload.steps;
  // Includes the steps that the service chose. A user may skip a step that the Action did not request.
  const chosen = Object.keys(given).filter((id) => !asked.includes(id) && !isSkipped(given[id]));
  const wrong = [...asked, ...chosen].find((id) => !isAcceptedResult(id, given[id]));
  return [
    { holds: payload.sub === event.user.user_id, otherwise: 'the token is about another user' },
    { holds: isText(nonce), otherwise: 'this login has no nonce, or its answer came twice' },
    { holds: isText(payload.nonce), otherwise: 'the token has no nonce' },
    { holds: payload.nonce === nonce, otherwise: 'the token belongs to another login' },
    { holds: [undefined, 'completed', 'denied'].includes(payload.outcome), otherwise: 'the outcome is unknown' },
    { holds: payload.steps === undefined || isObject(payload.steps), otherwise: 'the steps are not an object' },
    { holds: hasCompleted(asked, payload), otherwise: 'a requested step is missing' },
    { holds: !needsOutcome || payload.outcome !== undefined, otherwise: 'the answer has no outcome' },
    { holds: wrong === undefined, otherwise: `the Action rejects the result of a step (${wrong})` },
  ];
}

/** Returns whether the reply has data of every requested step. */
function hasCompleted(steps, payload) {
  return steps.every((id) => Object.hasOwn(payload.steps ?? {}, id));
}

/**
 * Tries the current secret, then the previous one: during a rotation, the token of an open login may be signed with the previous one.
 */
function validatedToken(event, api) {
  const reasons = [];
  for (const name of SECRETS.filter((each) => event.secrets[each])) {
    const secret = event.secrets[name];
    try {
      return { payload: api.redirect.validateToken({ secret, tokenParameterName: 'session_token' }) };
    } catch (error) {
      reasons.push(`${name}: ${error.message}`);
    }
  }
  return { reasons: reasons.join(' | ') };
}

/**
 * Lets the login continue, and stores the data of its steps with the user, where stepsFor reads it at the next login. The service
 * signed the data of all steps, so the Action stores all of it, including data of steps that the service chose. Custom claims have the
 * prefix NAMESPACE, so no step can set a standard claim.
 */
function accept(steps, event, api) {
  api.idToken.setCustomClaim(`${NAMESPACE}redirected`, true);
  api.accessToken.setCustomClaim(`${NAMESPACE}redirected`, true);
  if (Object.keys(steps ?? {}).length === 0) return;
  const shown = Object.entries(steps).filter(([id]) => STEPS_IN_ID_TOKEN.includes(id));
  if (shown.length > 0) api.idToken.setCustomClaim(`${NAMESPACE}steps`, Object.fromEntries(shown));
  const choices = Object.fromEntries(
    CHOOSE_STEPS.map((id) => [id, steps[id]?.id]).filter(([, choice]) => isText(choice)),
  );
  claimChoices(choices, api);
  if (event.transaction?.requested_scopes?.includes('offline_access')) keepChoices(choices, api);
  const kept = event.user.app_metadata?.auth_redirect;
  const given = Object.fromEntries(Object.entries(steps).filter(([, data]) => !isSkipped(data)));
  const profile = isObject(given.profile) && { profile: completeProfile(kept?.profile, given.profile, event.secrets) };
  if (Object.keys(given).length > 0) api.user.setAppMetadata('auth_redirect', { ...kept, ...given, ...profile });
}

function claimChoices(choices, api) {
  for (const [id, choice] of Object.entries(choices)) {
    api.idToken.setCustomClaim(`${NAMESPACE}${id}`, choice);
    api.accessToken.setCustomClaim(`${NAMESPACE}${id}`, choice);
  }
}

/** Stores choices with the refresh token, because the user can choose something else in a login on another device. */
function keepChoices(choices, api) {
  for (const [id, choice] of Object.entries(choices)) api.refreshToken?.setMetadata?.(CHOICE + id, choice);
}

function keptChoices({ metadata } = {}) {
  const kept = CHOOSE_STEPS.map((id) => [id, metadata?.[CHOICE + id]]);
  return Object.fromEntries(kept.filter(([, choice]) => isText(choice)));
}

/**
 * Returns the profile to store. A requested field that the user left empty becomes an empty string, so that stepsFor does not request
 * it again. After “Not now”, only the count changes, so that the next login requests the profile again.
 */
function completeProfile(before, given, secrets) {
  if (Number.isInteger(given[NOT_NOW])) return { ...before, [NOT_NOW]: given[NOT_NOW] };
  const asked = Object.fromEntries(profileFields(secrets).map((name) => [name, '']));
  const { [NOT_NOW]: _count, ...known } = before ?? {};
  return { ...known, ...asked, ...given };
}

/**
 * Links the account that the step has verified to the account of this login. If linking fails, the login is denied, because the user
 * expects linked accounts.
 * @returns {Promise<{ userId: string } | { failure: { check: string, key: string } }>} the user_id from now on, or the failure
 */
async function linkAccounts(second, event, api, callManagementApi) {
  const { secrets, user } = event;
  const { user_id: userId, identities = [] } = user;
  const failure = (check, key = 'linkAgain') => ({ failure: { check: `the accounts were not linked, ${check}`, key } });
  if (second === undefined || isSkipped(second)) return { userId };
  if (!isText(second?.sub) || !second.sub.includes('|')) return failure('the step named no account');
  if (second.sub === userId || identities.some((each) => identityOf(each) === second.sub)) return { userId };
  if (!secrets.MANAGEMENT_URL) return failure('the secret MANAGEMENT_URL is not set');
  const isFirst = primaryAccount(event, second) !== 'second';
  const [primary, secondary] = isFirst ? [userId, second.sub] : [second.sub, userId];
  const [provider, ...id] = secondary.split('|');
  try {
    const path = `api/v2/users/${encodeURIComponent(primary)}/identities`;
    await callManagementApi('POST', path, { provider, user_id: id.join('|') });
  } catch (error) {
    return failure(error.message, LINK_CONFLICTS.includes(error.status) ? 'cannotLink' : 'linkAgain');
  }
  if (!isFirst) api.authentication.setPrimaryUser(primary);
  return { userId: primary };
}

/** Only the Management API changes root attributes. If it fails, the login continues: app_metadata has the values. */
async function updateUser(profile, { secrets, user }, userId, callManagementApi) {
  const changed = Object.entries(profile ?? {}).filter(
    ([name, value]) => ROOT_ATTRIBUTES.includes(name) && isText(value) && value !== user[name],
  );
  if (!secrets.MANAGEMENT_URL || changed.length === 0) return;
  try {
    await callManagementApi('PATCH', `api/v2/users/${encodeURIComponent(userId)}`, Object.fromEntries(changed));
  } catch (error) {
    console.log(`auth-redirect: the attributes of the user were not updated, ${error.message}`);
  }
}

/** Requests one token for all calls of this login. */
function managementApi(secrets) {
  let token;
  return async (method, path, body) => {
    token ??= callTenant(secrets, 'POST', 'oauth/token', {
      grant_type: 'client_credentials',
      client_id: secrets.MANAGEMENT_CLIENT_ID,
      client_secret: secrets.MANAGEMENT_CLIENT_SECRET,
      audience: new URL('api/v2/', secrets.MANAGEMENT_URL).href,
    });
    const { access_token: accessToken } = await token;
    return callTenant(secrets, method, path, body, accessToken);
  };
}

async function callTenant({ MANAGEMENT_URL }, method, path, body, token) {
  const response = await fetch(new URL(path, MANAGEMENT_URL), {
    method,
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(MANAGEMENT_TIMEOUT_MS),
  });
  if (response.ok) return response.json();
  const message = `${method} ${path.split('/').slice(0, 3).join('/')} answered ${response.status}`;
  // Without a token, the failure concerns the client, not the accounts: see LINK_CONFLICTS.
  throw Object.assign(new Error(message), token && { status: response.status });
}

/** HS256 requires a secret of 32 bytes (RFC 7518 section 3.2): an attacker with one token can guess a shorter one offline. */
function problemWith(secrets) {
  if (!secrets.SESSION_SECRET) return 'the secret SESSION_SECRET is not set';
  for (const name of SECRETS.filter((each) => secrets[each])) {
    if (isPlaceholder(secrets[name])) return `the secret ${name} is a placeholder that was never replaced`;
    if (Buffer.byteLength(secrets[name], 'utf8') < 32) return `the secret ${name} is shorter than 32 bytes`;
  }
  const unreplaced = SETTINGS.find((name) => isPlaceholder(secrets[name]));
  if (unreplaced) return `the secret ${unreplaced} is a placeholder that was never replaced`;
  if (![undefined, '', 'true', 'false'].includes(secrets.STEPS_EXPECTED)) {
    return 'the secret STEPS_EXPECTED is neither true nor false';
  }
  const missing = secrets.MANAGEMENT_URL && MANAGEMENT.find((name) => !secrets[name]);
  if (missing) return `the secret ${missing} is not set, but MANAGEMENT_URL is`;
  return ['REDIRECT_URL', 'MANAGEMENT_URL']
    .filter((name) => name === 'REDIRECT_URL' || secrets[name])
    .map((name) => problemWithAddress(name, secrets[name]))
    .find(Boolean);
}

/** Rejects user info: browsers keep its password in their history, and `http://localhost:x@example.com/` is another host. */
function problemWithAddress(name, address) {
  const isPrivate = /^(https:\/\/[^/]|http:\/\/([\w-]+\.)*localhost[:/])/.test(address) && URL.canParse(address);
  if (!isPrivate) return `the secret ${name} is not an https address`;
  const { username, password } = new URL(address);
  return username || password ? `the secret ${name} contains a user name or a password` : undefined;
}

/** Logs `check` at the tenant, and shows the text to the user. Neither contains a token, a secret or a user id. */
function deny({ transaction }, api, check, key = 'tryAgain', text = textsIn(transaction?.locale)[key]) {
  console.log(`auth-redirect: login denied, ${check}`);
  api.access.deny(text);
}

/** Finds `de` for `de_AT`, `zh-Hant` for `zh-TW`, `he` for the former code `iw`, and `no` for `nb`. */
function textsIn(locale) {
  try {
    const tag = new Intl.Locale(locale.replaceAll('_', '-'));
    const { language, script } = tag.maximize();
    const names = [tag.baseName, `${language}-${script}`, language, SAME_LANGUAGE[language]];
    return TEXTS[names.find((name) => Object.hasOwn(TEXTS, name))] ?? TEXTS.en;
  } catch {
    return TEXTS.en; // no locale, or a malformed one
  }
}

const identityOf = ({ provider, user_id: id }) => `${provider}|${id}`;
const isSettled = (document) => document?.accepted === true || document?.optional === true;
const isSkipped = (data) => data?.skipped === true;
const isText = (value) => typeof value === 'string' && value !== '';
const isFieldValue = (value) =>
  isText(value) || ['number', 'boolean'].includes(typeof value) || (Array.isArray(value) && value.every(isText));
const isLanguageTag = (value) => typeof value === 'string' && /^[A-Za-z0-9-]{2,35}$/.test(value);
const isPlaceholder = (value) => /^(@@|##)/.test(value ?? '');
const sizeOf = (value) => Buffer.byteLength(JSON.stringify(value), 'utf8');
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const readableText = (value) => (isText(value) ? value.slice(0, 200) : undefined);
