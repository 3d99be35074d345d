import { _ } from "../i18n.js";

/** What the figures of a line are called. */
export const STAT_WORDS = {
  now: _("now"),
  last: _("last"),
  cursor: _("cursor"),
  min: _("min"),
  mean: _("mean"),
  max: _("max"),
};
