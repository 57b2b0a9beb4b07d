/**
 * What a scanner found: a `fact` becomes an event, `known` is understood and says nothing we count,
 * `unknown` is a line of a program we read that fits no form.
 */
export type Outcome = 'fact' | 'known' | 'unknown';
