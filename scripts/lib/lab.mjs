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
 * Whatever the class before the dot is called: the server reads the options of its extensions and of older ones too.
 * @param {string[]} given @returns {string | undefined}
 */
export function exposingOption(given) {
  const options = given.map((option, k) => {
    const next = given[k + 1];
    return option.includes('=') || next === undefined || next.startsWith('-') ? option : `${option}=${next}`;
  });
  return options.find((option) => {
    const [name, ...rest] = option.split('=');
    const key = name.replace(/^-+/, '').split('.').pop()?.replaceAll('-', '_') ?? '';
    const value = rest.join('=').replace(/^(["'])(.*)\1$/, '$2');
    if (!name.startsWith('-')) return false;
    if (/^(ip|local_hostnames)$/.test(key)) return !/^(127\.0\.0\.1|localhost)$/.test(value);
    if (key === 'token') return value === '';
    return /password|disable_check_xsrf|allow_unauthenticated|allow_remote|allow_origin|^config/.test(key);
  });
}
