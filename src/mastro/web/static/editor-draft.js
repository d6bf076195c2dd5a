// What was typed and not saved yet, kept in this browser: it survives a closed tab and an expired session.

const DAYS = 30;
const prefix = "mastro:draft:";

/** Where the draft of this page is kept: by user, language and address. */
export function keyOf(editor) {
  return `${prefix}${editor.dataset.user}:${editor.dataset.lang}:${location.pathname}${location.search}`;
}

/** Keep the fields; false where the browser has no room for them. */
export function keep(key, fields) {
  try {
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields }));
    return true;
  } catch {
    return false;
  }
}

export function find(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

export function drop(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // a browser that keeps nothing has nothing to drop
  }
}

/** Forget the drafts that nobody has come back to. */
export function tidy() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(prefix) && Date.now() - (find(key)?.at ?? 0) > DAYS * 86_400_000) drop(key);
    }
  } catch {
    // as above
  }
}
