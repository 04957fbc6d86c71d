package target

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
)

// pipelines is a secret variable of a variable group in Azure DevOps, written by
// az with its extension azure-devops. Azure DevOps gives no secret back.
type pipelines struct {
	oneWay
	program.Client
	organization, project, group, variable string
	remark                                 msg.Text
	mayHold                                bool
}

var (
	devopsName     = lazyregexp.New(`^[A-Za-z0-9_][^/#"\\]*$`)
	devopsVariable = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_.]*$`)
)

func newPipelines(rest string, d Deps) (Target, error) {
	at := strings.LastIndexByte(rest, '#')
	if at < 0 {
		return nil, pipelinesUsage()
	}
	parts := strings.Split(rest[:at], "/")
	if len(parts) != 3 || !devopsVariable().MatchString(rest[at+1:]) {
		return nil, pipelinesUsage()
	}
	for _, p := range parts {
		if !devopsName().MatchString(p) {
			return nil, pipelinesUsage()
		}
	}
	return &pipelines{Client: program.Client{Name: "az", Environ: d.Environ}, organization: parts[0], project: parts[1], group: parts[2], variable: rest[at+1:]}, nil
}

func pipelinesUsage() error {
	return fail.Usage(msg.New("the target azure-pipelines needs an organization, a project, a variable group and the name of a variable"),
		msg.New("for example: %s", "--to azure-pipelines:contoso/Sync/production#clientSecret"))
}

func (p *pipelines) Spec() string {
	return "azure-pipelines:" + p.organization + "/" + p.project + "/" + p.group + "#" + p.variable
}
func (p *pipelines) Format(s fmt.State, _ rune) { spell(s, p) }
func (p *pipelines) Remark() msg.Text           { return p.remark }

func (p *pipelines) in(words ...string) []string {
	return append(append([]string{"pipelines", "variable-group"}, words...),
		"--organization=https://dev.azure.com/"+p.organization, "--project="+p.project, "--output=json", "--only-show-errors")
}

// find gives the group's ID, and whether it has the variable.
func (p *pipelines) find(ctx context.Context) (id string, has bool, err error) {
	out, err := p.Ask(ctx, p.in("list", "--group-name="+p.group)...)
	if err != nil {
		return "", false, err
	}
	var groups []struct {
		ID        int                        `json:"id"`
		Name      string                     `json:"name"`
		Variables map[string]json.RawMessage `json:"variables"`
	}
	if json.Unmarshal(out, &groups) != nil {
		return "", false, msg.Error(msg.New("the output of az is not a list of variable groups"))
	}
	for _, g := range groups {
		if strings.EqualFold(g.Name, p.group) {
			_, has := g.Variables[p.variable]
			return strconv.Itoa(g.ID), has, nil
		}
	}
	return "", false, msg.Error(msg.New("the project has no variable group with that name"))
}

// Check looks the group up. Whether it may be changed shows when that is done.
func (p *pipelines) Check(ctx context.Context) error {
	_, has, err := p.find(ctx)
	if err != nil {
		return failure(p, err)
	}
	if !has {
		p.remark = msg.New("The variable group has no variable %s; it will be added.", p.variable)
	}
	return nil
}

// Store hands the value over in the environment of az alone: a variable that the
// extension reads where --value is left out (documentation of az pipelines
// variable-group variable). It takes none from standard input but a terminal's.
func (p *pipelines) Store(ctx context.Context, s Secret) error {
	id, has, err := p.find(ctx)
	if err != nil {
		return failure(p, err)
	}
	verb := "create"
	if has {
		verb = "update"
	}
	p.mayHold = true
	_, _, err = p.Give(ctx, "", []string{"AZURE_DEVOPS_EXT_PIPELINE_VAR_" + p.variable + "=" + s.Value.Reveal()},
		p.in("variable", verb, "--group-id="+id, "--name="+p.variable, "--secret=true")...)
	return failure(p, err)
}

// Undo has no former value to put back.
func (p *pipelines) Undo(context.Context) error { return untaken(p, p.mayHold) }

// Next implements Target.
func (p *pipelines) Next() msg.Text {
	return msg.New("The next pipeline run uses the new value; a run in progress keeps the old one.")
}
