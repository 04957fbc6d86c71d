package diagnose

import (
	"strings"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

func catalogueRules() []rule { return []rule{fromCatalogue, unexplained} }

// fromCatalogue takes what the catalogue of codes says of the answer, where no
// rule of its own knew more.
func fromCatalogue(v *view) []*verdict {
	if v.refusal == nil || v.ruled() || v.guessed() {
		return nil
	}
	var found []*verdict
	for i, ranked := range v.refusal.Causes {
		if !v.fits(ranked.ID) {
			continue
		}
		d := v.ranked(ranked.ID, i)
		if i == 0 {
			d.because(v.meaning())
			v.answered(d)
		}
		found = append(found, d)
	}
	return found
}

// guessed reports whether neither the decisive code is in the catalogue nor the
// words of its message; at most its first digits are.
func (v *view) guessed() bool {
	r := v.refusal
	return r.Decisive != "" && r.Alike == nil && (r.Entry == nil || r.Entry.Guess)
}

// ruled reports whether the rules above know all about the decisive code, so
// that the catalogue's general ranking would only add noise.
func (v *view) ruled() bool {
	return !v.fromText && (v.secretRefused() || v.tenantRefused() || v.appRefused())
}

// fits leaves out the causes of another kind of credential.
func (v *view) fits(id causes.ID) bool {
	switch v.Setup.Kind {
	case objects.Password:
		return !strings.HasPrefix(string(id), "certificate-")
	case objects.Certificate, objects.Federated:
		return !strings.HasPrefix(string(id), "secret-")
	}
	return true
}

// ranked starts the verdict on the i-th cause of a code. A code with one cause
// proves it, where such answers were seen or are documented; of several the
// first is likely where the message's own words favour it.
func (v *view) ranked(id causes.ID, i int) *verdict {
	e := v.refusal.Entry
	switch {
	case v.fromText && i == 0 && v.is("7000222"):
		// A start in the future is answered alike, which a text does not show.
		return likely(id)
	case i > 0 || v.refusal.FoundBy != aadsts.ByCode || e == nil || e.Guess:
		return possible(id)
	case len(v.refusal.Causes) == 1 && e.Evidence != "unverified":
		return proven(id, v.refusedOnly())
	case v.refusal.Causes[0].FromMessage:
		return likely(id)
	}
	return possible(id)
}

// meaning is what the catalogue says of the decisive code.
func (v *view) meaning() msg.Text {
	if v.guessed() {
		return msg.Text{}
	}
	return v.refusal.Sentence()
}

// unexplained is an answer that nothing here knows.
func unexplained(v *view) []*verdict {
	if v.refusal == nil {
		return one(v.nothingFound())
	}
	if v.guessed() && v.refusal.Entry != nil {
		return one(v.answered(v.quoted(possible(causes.Unknown).because(v.refusal.Sentence()))))
	}
	d := possible(causes.Unknown).
		because(msg.New("Entra refused the sign-in with an answer that spcheck does not know. Its trace ID helps Microsoft's support to find it."))
	if v.refusal.code() == "" {
		return one(v.quoted(d))
	}
	return one(v.answered(v.quoted(d)))
}

// quoted adds the answer's own words, which are all there is to go by.
func (v *view) quoted(d *verdict) *verdict {
	if v.refusal.Excerpt == "" {
		return d
	}
	return d.seen(msg.New("the answer's own words"), v.refused(func(r Refusal) string { return r.Excerpt }))
}

// nothingFound is a pasted text in which no error was recognised, where there is
// nothing else to look at.
func (v *view) nothingFound() *verdict {
	if v.SignIn.Asked() || !v.Text.Known() {
		return nil
	}
	if len(v.productNotes()) > 0 {
		return possible(causes.Unknown).
			because(msg.New("The text holds no error of Entra, but the message of a program that spcheck knows; what to do about it stands below.")).
			seen(msg.New("errors found in the text"), seen.Count(v.Text, msg.New("--error-text"), isError))
	}
	return possible(causes.Unknown).
		because(msg.New("No error of Entra was recognised in the text, and no credential is configured that could be tried.")).
		seen(msg.New("errors found in the text"), seen.Count(v.Text, msg.New("--error-text"), isError))
}

// isError reports whether a part of a text is an error, not only the mark of a
// program.
func isError(m aadsts.Match) bool { return len(m.Causes) > 0 }
