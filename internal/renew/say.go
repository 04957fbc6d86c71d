package renew

import (
	"errors"
	"strings"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew/journal"
	files "github.com/spcheck/spcheck/internal/trust"
)

// unchanged adds to a clause that nothing was changed. The clause may end with a whole
// sentence, such as the summary of a journal.
func unchanged(what msg.Text) msg.Text {
	return msg.New("%s; nothing was changed", what.Through(func(s string) string { return strings.TrimSuffix(s, ".") }))
}

// unchanged is the function of that name for a moment at which the run may have removed lost
// secrets.
func (r *run) unchanged(what msg.Text) msg.Text {
	if n := len(r.res.Removed); n > 0 {
		return msg.New("%s; %d lost secrets were removed, and nothing else was changed", what, n)
	}
	return unchanged(what)
}

func stateHint() msg.Text {
	return msg.New("choose a writable folder with --state or XDG_STATE_HOME")
}

// stateHints returns what to do about a folder in which no journal can be kept.
func stateHints(err error) []msg.Text {
	if untrusted, ok := errors.AsType[*files.Error](err); ok {
		return []msg.Text{untrusted.Cure, msg.New("or choose a folder of your own with --state")}
	}
	return []msg.Text{stateHint()}
}

// journalHints returns what to do about a journal that cannot be used. It is kept, because
// it may be all that is known about a secret.
func journalHints(err error, appID string) []msg.Text {
	see := msg.New("check the current state with: %s", commandline.Words{"spcheck", "list-secrets", "--sp", appID})
	if untrusted, ok := errors.AsType[*files.Error](err); ok {
		return []msg.Text{see, msg.New("check whether the journal is correct before you trust it; spcheck does not change it"), untrusted.Cure,
			msg.New("if a renewal is unfinished, then continue with: %s", journal.ResumeCommand(appID))}
	}
	return []msg.Text{see, msg.New("then move the journal file elsewhere, and try again")}
}

func continueWith(command commandline.Words) msg.Text {
	return msg.New("continue with: %s", command)
}

func thenContinueWith(command commandline.Words) msg.Text {
	return msg.New("then continue with: %s", command)
}

func renewCommand(appID string) commandline.Words {
	return commandline.Words{"spcheck", "renew-secret", "--sp", appID, "--to", "TARGET"}
}

// removeCommand returns the command that removes a credential.
func removeCommand(appID, keyID string) commandline.Words {
	return commandline.Words{"spcheck", "remove-secret", "--sp", appID, "--key-id", keyID}
}

// dropCommand returns the command that removes a credential that the rules protect. Only a
// person can know that nobody has its value.
func dropCommand(appID, keyID string) commandline.Words {
	return append(removeCommand(appID, keyID), "--force")
}

// findOutWhy is the hint after a credential was refused.
func (r *run) findOutWhy() msg.Text {
	return msg.New("find out why with: %s", commandline.Words{"spcheck", "diagnose", "--sp", r.tenant.appID()})
}
