"""The pages for everybody that are no figures: promises, registers, requests, evidence."""
