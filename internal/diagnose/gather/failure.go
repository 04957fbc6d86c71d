package gather

import (
	"errors"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/netfail"
)

// failure keeps what an error shows, for those who judge it.
func failure(err error) error {
	f := &diagnose.Failure{Sentence: Reason(err)}
	var known *diagnose.Failure
	if errors.As(err, &known) {
		return known
	}
	var failed *netfail.Error
	if errors.As(err, &failed) {
		f.Network = failed
	}
	var refused refusal
	if errors.As(err, &refused) {
		f.Status, f.Code, f.Message = refused.Refusal()
		f.Needs = refused.Lacks()
		f.Unlicensed = refused.Unlicensed()
	}
	return f
}
