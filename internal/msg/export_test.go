package msg

import "github.com/spcheck/spcheck/internal/msg/translations"

// Sentences returns the English of the sentences that a language translates.
func Sentences(lang string) map[string]bool {
	all := map[string]bool{}
	for _, list := range translations.All {
		for _, e := range list.Entries {
			all[e.English] = all[e.English] || list.Tag == lang
		}
	}
	return all
}
