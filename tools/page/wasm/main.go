//go:build js && wasm

// Command wasm is the recogniser of errors as the page that explains them runs it:
// in a worker of the browser, with nothing to reach the network by.
package main

import (
	"context"
	"encoding/json"
	"strings"
	"syscall/js"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// answer is what the page shows. Every string is harmless text for one element; none
// is HTML.
type answer struct {
	Headline string   `json:"headline"`
	Found    bool     `json:"found"`
	Lead     []string `json:"lead"`
	Parts    []part   `json:"parts"`
}

type part struct {
	Title string      `json:"title"`
	Below bool        `json:"below"`
	Text  []string    `json:"text"`
	Items []item      `json:"items"`
	Facts [][2]string `json:"facts"`
	Quote string      `json:"quote"`
}

type item struct {
	Text     string `json:"text"`
	Detail   string `json:"detail"`
	Numbered bool   `json:"numbered"`
}

func main() {
	js.Global().Set("explain", js.FuncOf(func(_ js.Value, args []js.Value) any {
		text, err := json.Marshal(explain(args[0].String(), args[1].String()))
		if err != nil {
			return "{}"
		}
		return string(text)
	}))
	js.Global().Call("ready")
	select {} // until the page is closed
}

func explain(text, lang string) answer {
	found, err := aadsts.Explain(context.Background(), strings.NewReader(text), time.Now())
	if found == nil {
		return answer{Headline: say(msg.Of(err), lang)}
	}
	d, err := found.Document(result.View{})
	if err != nil {
		return answer{Headline: say(msg.Of(err), lang)}
	}
	a := answer{Headline: say(d.Headline, lang), Found: len(found.Matches) > 0, Lead: each(d.Lead, lang), Parts: []part{}}
	for _, p := range d.Parts {
		a.Parts = append(a.Parts, shown(p, lang))
	}
	return a
}

func shown(p result.Part, lang string) part {
	out := part{Title: say(p.Title, lang), Below: p.Below, Text: each(p.Text, lang), Items: []item{}, Facts: [][2]string{}, Quote: neutral.Line(p.Quote)}
	for _, i := range p.Items {
		out.Items = append(out.Items, item{Text: say(i.Text, lang), Detail: say(i.Detail, lang), Numbered: i.Numbered})
	}
	for _, f := range p.Facts {
		out.Facts = append(out.Facts, [2]string{say(f.Label, lang), say(f.Value, lang)})
	}
	return out
}

func say(t msg.Text, lang string) string { return neutral.Line(t.In(lang)) }

func each(list []msg.Text, lang string) []string {
	out := []string{}
	for _, t := range list {
		out = append(out, say(t, lang))
	}
	return out
}
