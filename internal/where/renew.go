package where

import (
	"slices"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// renewals are the commands that renew what was found: places that hold the same
// value get the new one together.
func renewals(list []result.Place, app App) []result.Remedy {
	var groups [][]string
	number := map[int]int{}
	for _, p := range list {
		if p.Target == nil {
			continue
		}
		group := len(groups)
		if p.Value != nil {
			if known, ok := number[*p.Value]; ok {
				group = known
			}
			number[*p.Value] = group
		}
		if group == len(groups) {
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
