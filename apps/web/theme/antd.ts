/** The class that carries Ant Design's variables; fixed, so that they can stand in a static file. */
export const KEY = 'gx'

/** Ant Design's dark algorithm would dim these; they are already measured for their ground. */
export const exact = (seeds: Record<string, string>) => ({
  colorPrimary: seeds.brand,
  colorLink: seeds.brand,
  colorLinkHover: seeds['brand-hover'],
  colorPrimaryText: seeds.brand,
  colorError: seeds.seal,
  colorErrorText: seeds.seal,
  colorErrorBg: seeds['seal-bg'],
  colorErrorBorder: seeds['seal-line'],
  colorSuccess: seeds.ok,
  colorWarning: seeds.warn,
  colorInfo: seeds.brand,
})

/** Ant Design's theme, read from tokens.css: a colour is written there and nowhere else. */
export function antTheme(seeds: Record<string, string>) {
  const px = (name: string) => Number.parseInt(seeds[name] ?? '', 10)
  return {
    cssVar: { key: KEY },
    hashed: false,
    token: {
      ...exact(seeds),
      colorBgLayout: seeds.paper,
      colorBgContainer: seeds.surface,
      colorBgElevated: seeds.surface,
      colorText: seeds.ink,
      colorTextSecondary: seeds['ink-2'],
      colorTextTertiary: seeds['ink-3'],
      colorTextPlaceholder: seeds['ink-3'],
      colorTextDescription: seeds['ink-3'],
      colorBorder: seeds['line-2'],
      colorBorderSecondary: seeds.line,
      colorPrimaryHover: seeds['brand-hover'],
      colorPrimaryActive: seeds['brand-active'],
      colorPrimaryBg: seeds['brand-bg'],
      colorPrimaryBorder: seeds['brand-line'],
      colorTextLightSolid: seeds['on-brand'],
      controlItemBgHover: seeds.hover,
      controlItemBgActive: seeds.selected,
      fontFamily: seeds.font,
      fontSize: px('fs-14'),
      fontSizeSM: px('fs-12'),
      fontSizeLG: px('fs-14'),
      borderRadius: px('r-2'),
      borderRadiusLG: px('r-3'),
      borderRadiusSM: px('r-1'),
      controlHeight: px('ctl'),
      controlHeightSM: px('ctl-s'),
      motionDurationFast: '0.08s',
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.12s',
      boxShadow: seeds.pop,
      boxShadowSecondary: seeds.pop,
      boxShadowTertiary: 'none',
      wireframe: false,
    },
    components: {
      Button: {
        primaryShadow: 'none',
        defaultShadow: 'none',
        dangerShadow: 'none',
        contentFontSize: 13,
        contentFontSizeSM: 12,
        paddingInline: 12,
        paddingInlineSM: 9,
        fontWeight: 400,
      },
      Modal: { titleFontSize: 16, titleLineHeight: 1.5 },
      Form: {
        itemMarginBottom: 18,
        verticalLabelPadding: '0 0 4px',
        labelColor: seeds['ink-2'],
        labelFontSize: 13,
      },
      Select: {
        optionPadding: '5px 10px',
        optionHeight: 32,
        optionFontSize: 13,
        optionSelectedBg: seeds.selected,
      },
      Tooltip: { colorBgSpotlight: seeds.ink, colorTextLightSolid: seeds.surface },
      Segmented: { itemSelectedColor: seeds.brand },
    },
  }
}
