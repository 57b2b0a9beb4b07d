/** Real mail services change users and directories' owners: without root their tests are skipped, and the runner says so. */
export const isRoot = process.getuid?.() === 0;
