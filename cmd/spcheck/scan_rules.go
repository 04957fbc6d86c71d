package main

import (
	"fmt"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/scan"
)

func (a *app) listRules() error {
	for _, r := range scan.Rules() {
		when := msg.New("default")
		switch {
		case r.OnRequest:
			when = msg.New("on request")
		case r.Need == scan.NeedBaseline:
			when = msg.New("with --baseline")
		case r.Need == scan.NeedPreview:
			when = msg.New("with --policy-preview")
		case r.Need == scan.NeedLifetime:
			when = msg.New("with --max-lifetime")
		}
		lang := a.lang()
		fmt.Fprintf(a.out, "%s (%s, %s)\n  %s.\n  %s\n", r.ID, r.Severity, when.In(lang), r.Title.In(lang), r.Remedy.In(lang))
	}
	return nil
}

func ruleTexts() map[string]result.RuleText {
	out := map[string]result.RuleText{}
	for _, r := range scan.Rules() {
		out[r.ID] = result.RuleText{Title: r.Title, Remedy: r.Remedy}
	}
	return out
}
