/**
 * The options to start JupyterLab with: the user's take the place of ours, since Jupyter refuses a value given twice.
 * @param {string[]} ours each `--name=value` or `--flag` @param {string[]} given
 */
export function mergeOptions(ours, given) {
  const name = (/** @type {string} */ option) => option.split('=')[0];
  const taken = new Set(given.map(name));
  return [...ours.filter((option) => !taken.has(name(option))), ...given];
}

/**
 * The first option that would open the server to other machines or to callers without the token; undefined if none.
 * @param {string[]} given @returns {string | undefined}
 */
export function exposingOption(given) {
  const words = given
    .join(' ')
    .replace(/(--\S+) (?!-)/g, '$1=')
    .split(' ');
  return words.find(
    (option) =>
      /^--\S*(password|disable_check_xsrf|allow_unauthenticated_access|allow_remote_access)/.test(option) ||
      /^--\S*token=?(''|"")?$/.test(option) ||
      /^--(ServerApp\.)?ip=(?!(127\.0\.0\.1|localhost)$)/.test(option),
  );
}
