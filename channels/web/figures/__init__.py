"""The pages of the published months: tables, charts, drafts, data for programs."""
