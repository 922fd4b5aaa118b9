// Where the catalog's fields stand in a record: at the top under their names, or where `fields` says.

/** The names that lead to a field, from the outside in. */
const placeOf = (catalog, field) => catalog.fields[field] ?? [field];

const read = (catalog, record, field) =>
  placeOf(catalog, field).reduce((value, name) => value?.[name], record);

/** Puts a value where the catalog has the field. */
export function write(catalog, record, field, value) {
  const path = placeOf(catalog, field);
  const object = path.slice(0, -1).reduce((outer, name) => (outer[name] ??= {}), record);
  object[path.at(-1)] = value;
}

/** A record with its values under the catalog's names. */
export const named = (catalog, record) => ({
  ...record,
  ...Object.fromEntries(
    Object.keys(catalog.fields).map((field) => [field, read(catalog, record, field)]),
  ),
});

/** Matches a field's name, by which it stands in a record's text, and its value, a number or a plain text. */
export function inText(catalog, field) {
  const name = JSON.stringify(placeOf(catalog, field).at(-1)).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(${name}\\s*:\\s*)(?:-?[\\d.eE+]+|"[^"\\\\]*")`);
}
