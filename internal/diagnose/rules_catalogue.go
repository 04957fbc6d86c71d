package diagnose

import (
	"strings"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

func catalogueRules() []rule { return []rule{fromCatalogue, unexplained} }

// fromCatalogue takes what the catalogue of codes says of the answer, where no
// rule of its own knew more.
func fromCatalogue(v *view) []*verdict {
	if v.refusal == nil || v.ruled() || v.refusal.Entry != nil && v.refusal.Entry.Guess {
		return nil
	}
	var found []*verdict
	for i, ranked := range v.refusal.Causes {
		if !v.fits(ranked.ID) {
			continue
		}
		d := verdictOf(ranked.ID, v.catalogueCertainty(i))
		if i == 0 {
			d.because(v.meaning())
			v.answered(d)
		}
		found = append(found, d)
	}
	return found
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

// catalogueCertainty grades the i-th cause of a code. A code with one cause
// proves it, where such answers were seen or are documented; of several the
// first is likely where the message's own words favour it.
func (v *view) catalogueCertainty(i int) result.Certainty {
	e := v.refusal.Entry
	switch {
	case i > 0 || v.refusal.FoundBy != aadsts.ByCode || e == nil || e.Guess:
		return result.Possible
	case len(v.refusal.Causes) == 1 && e.Evidence != "unverified":
		return result.Proven
	case v.refusal.Causes[0].FromMessage:
		return result.Likely
	}
	return result.Possible
}

// meaning is what the catalogue says of the decisive code.
func (v *view) meaning() msg.Text {
	if e := v.refusal.Entry; e != nil && !e.Guess {
		return msg.FromData(e.Meaning)
	}
	return msg.Text{}
}

// unexplained is an answer that nothing here knows.
func unexplained(v *view) []*verdict {
	if v.refusal == nil {
		return nil
	}
	if e := v.refusal.Entry; e != nil && e.Guess {
		return one(v.answered(verdictOf(causes.Unknown, result.Possible).because(e.Sentence())))
	}
	d := verdictOf(causes.Unknown, result.Possible).
		because(msg.New("Entra refused the sign-in with an answer that spcheck does not know. Its trace ID helps Microsoft's support to find it."))
	return one(v.answered(d))
}
