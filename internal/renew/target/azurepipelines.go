package target

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
)

// pipelineVariable is a secret variable in a variable group of Azure DevOps. It is written
// with az and its extension azure-devops. Azure DevOps does not return the values of
// secrets.
type pipelineVariable struct {
	place
	program.Client
	organization, project, group, variable string
}

var (
	devopsName     = lazyregexp.New(`^[A-Za-z0-9_][^/#"\\]*$`)
	devopsVariable = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_.]*$`)
)

func newPipelines(rest string, d Deps) (Target, error) {
	where, variable, ok := cutName(rest, devopsVariable)
	parts := strings.Split(where, "/")
	if !ok || len(parts) != 3 || !matchAll(devopsName, parts...) {
		return nil, fail.Usage(msg.New("the target azure-pipelines needs an organization, a project, a variable group and the name of a variable"),
			msg.New("for example: %s", "--to azure-pipelines:contoso/Sync/production#clientSecret"))
	}
	p := &pipelineVariable{newPlace("azure-pipelines:" + rest), program.Client{Name: "az", Environ: d.Environ}, parts[0], parts[1], parts[2], variable}
	p.next = msg.New("The next pipeline run uses the new value; a run in progress keeps the old one.")
	return p, nil
}

func (p *pipelineVariable) in(words ...string) []string {
	return append(append([]string{"pipelines", "variable-group"}, words...),
		"--organization=https://dev.azure.com/"+p.organization, "--project="+p.project, "--output=json", "--only-show-errors")
}

// find returns the ID of the group. has means that the group has the variable.
func (p *pipelineVariable) find(ctx context.Context) (id string, has bool, err error) {
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

// Check reads the group. Only an attempt shows whether it may be changed.
func (p *pipelineVariable) Check(ctx context.Context) error {
	_, has, err := p.find(ctx)
	if err == nil && !has {
		p.remark = msg.New("The variable group has no variable %s; it will be added.", p.variable)
	}
	return p.failure(err)
}

// Store passes the value in an environment variable of az, which the extension reads if
// --value is missing (documentation of az pipelines variable-group variable). From standard
// input it reads only if that is a terminal.
func (p *pipelineVariable) Store(ctx context.Context, s Secret) error {
	id, has, err := p.find(ctx)
	if err != nil {
		return p.failure(err)
	}
	verb := "create"
	if has {
		verb = "update"
	}
	p.touched = true
	_, _, err = p.Give(ctx, "", []string{"AZURE_DEVOPS_EXT_PIPELINE_VAR_" + p.variable + "=" + s.Value.Reveal()},
		p.in("variable", verb, "--group-id="+id, "--name="+p.variable, "--secret=true")...)
	return p.failure(err)
}
