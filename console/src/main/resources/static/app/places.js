// The places of the catalog's fields in a record: at the top level under their names, or where `fields` says.

/** The path to a field, from the outermost name to the innermost. */
const placeOf = (catalog, field) => catalog.fields[field] ?? [field];

const read = (catalog, record, field) =>
  placeOf(catalog, field).reduce((value, name) => value?.[name], record);

/** Writes a value at the field's place in the record. */
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

/**
 * A pattern that matches a field's name and its value, a number or a plain text, in a record's
 * text.
 */
export function inText(catalog, field) {
  const name = JSON.stringify(placeOf(catalog, field).at(-1)).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(${name}\\s*:\\s*)(?:-?[\\d.eE+]+|"[^"\\\\]*")`);
}
