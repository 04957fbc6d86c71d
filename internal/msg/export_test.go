package msg

// Sentences returns the English of the sentences that a language translates.
func Sentences(lang string) map[string]bool {
	all := map[string]bool{}
	for _, list := range held {
		for _, e := range list.Entries {
			all[e.English] = all[e.English] || list.Language == lang
		}
	}
	return all
}
