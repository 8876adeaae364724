// Draws an Adaptive Card with Microsoft's renderer, set up as Teams sets it up, markdown and all.
// drawCard(card) -> what it complained about.
const hostConfig = {
  fontFamily: "'Segoe UI', 'Selawik', 'Noto Sans', sans-serif",
  spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 12 },
  separator: { lineThickness: 1, lineColor: "#E0E0E0" },
  supportsInteractivity: true,
  fontSizes: { small: 12, default: 14, medium: 16, large: 20, extraLarge: 26 },
  fontWeights: { lighter: 200, default: 400, bolder: 600 },
  containerStyles: Object.fromEntries(
    Object.entries({ default: "#FFFFFF", emphasis: "#F5F5F5", attention: "#FDF3F4" }).map(
      ([name, backgroundColor]) => [
        name,
        {
          backgroundColor,
          foregroundColors: Object.fromEntries(
            Object.entries({
              default: ["#242424", "#616161"],
              accent: ["#5B5FC7", "#5B5FC7"],
              good: ["#237B4B", "#237B4B"],
              warning: ["#835C00", "#835C00"],
              attention: ["#C4314B", "#C4314B"],
            }).map(([colour, [full, subtle]]) => [colour, { default: full, subtle }]),
          ),
        },
      ],
    ),
  ),
  imageSizes: { small: 40, medium: 80, large: 160 },
  actions: {
    maxActions: 6,
    spacing: "default",
    buttonSpacing: 8,
    showCard: { actionMode: "inline", inlineTopMargin: 12, style: "emphasis" },
    actionsOrientation: "horizontal",
    actionAlignment: "left",
  },
  inputs: {
    label: {
      inputSpacing: "small",
      requiredInputs: { suffix: " *", suffixColor: "attention", weight: "bolder" },
      optionalInputs: { weight: "bolder" },
    },
    errorMessage: { color: "attention", size: "small" },
  },
};

AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = markdownit({ linkify: true }).render(text);
  result.didProcess = true;
};
AdaptiveCards.GlobalSettings.allowMoreThanMaxActionsInOverflowMenu = true;

// The renderer counts what stands in the menu too.
const ours = (event) => !event.message.startsWith("Maximum number of actions exceeded");

window.drawCard = (card) => {
  const problems = [];
  const drawn = new AdaptiveCards.AdaptiveCard();
  drawn.hostConfig = new AdaptiveCards.HostConfig(hostConfig);
  const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
  drawn.parse(card, context);
  for (let i = 0; i < context.eventCount; i++) problems.push(context.getEventAt(i).message);
  const found = drawn.validateProperties().validationEvents;
  problems.push(...found.filter(ours).map((event) => event.message));
  window.clicked = [];
  drawn.onExecuteAction = (action) =>
    window.clicked.push({ type: action.getJsonTypeName(), verb: action.verb, data: action.data });
  document.getElementById("card").replaceChildren(drawn.render());
  window.drawn = drawn;
  return problems;
};
