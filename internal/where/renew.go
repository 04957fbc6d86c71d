package where

import (
	"path/filepath"
	"slices"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/redact"
	"github.com/spcheck/spcheck/internal/result"
)

// renewals returns the commands that renew the secrets that were found. Places with the
// same value are renewed together.
func renewals(list []result.Place, app App) []result.Remedy {
	var groups [][]string
	number := map[int]int{} // of a value, to the index of its group
	for _, p := range list {
		if p.Target == nil || hides(*p.Target) {
			continue
		}
		group, known := len(groups), false
		if p.Value != nil {
			if group, known = number[*p.Value]; !known {
				group = len(groups)
				number[*p.Value] = group
			}
		}
		if !known {
			groups = append(groups, nil)
		}
		if !slices.Contains(groups[group], *p.Target) {
			groups[group] = append(groups[group], *p.Target)
		}
	}
	remedies := []result.Remedy{}
	for _, targets := range groups {
		words := []string{"spcheck", "renew-secret", "--sp", app.ID}
		for _, t := range targets {
			words = append(words, "--to", t)
		}
		title := msg.New("Store a new secret where this one is read:")
		if len(targets) > 1 {
			title = msg.New("Store one new secret in the %d places that contain the same value:", len(targets))
		}
		remedies = append(remedies, result.Remedy{Title: title, Commands: result.Typed(words...)})
	}
	return remedies
}

// hides reports whether a name contains a secret, so that it cannot be shown in full.
func hides(name string) bool { return redact.String(name) != name }

// unnamed returns remedies for places that no command may name, with the folder that can
// be shown.
func unnamed(list []result.Place) []result.Remedy {
	var remedies []result.Remedy
	var told []string
	for _, p := range list {
		if p.Target == nil || !hides(*p.Target) {
			continue
		}
		folder := shownFolder(p)
		if slices.Contains(told, folder) {
			continue
		}
		told = append(told, folder)
		remedies = append(remedies, result.Advice(
			msg.New("In %s, the name of a file or folder contains a secret. It is not shown, so there is no command for that place: rename it, and search again.", folder)))
	}
	return remedies
}

// shownFolder returns the innermost folder of a place whose path contains no secret, or
// else the source.
func shownFolder(p result.Place) string {
	if p.Source != (Files{}).name() {
		return p.Source
	}
	for dir := filepath.Dir(p.Location); ; dir = filepath.Dir(dir) {
		switch {
		case !hides(dir):
			return dir
		case dir == filepath.Dir(dir):
			return p.Source
		}
	}
}

// hidePaths removes targets that cannot be shown in full, because a part of one would name
// a different place.
func hidePaths(list []result.Place) {
	for i, p := range list {
		if p.Target != nil && hides(*p.Target) {
			list[i].Target = nil
		}
		list[i].Location = redact.String(p.Location)
	}
}
